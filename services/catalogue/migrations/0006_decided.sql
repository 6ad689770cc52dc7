-- Versions in two times, in the shape of adopted(): without a day all decisions that were known at `moment`, with a day
-- only the version of each framework that was then known to hold. `what` is always version. The table is never changed, so
-- its rows are those of the past too, and its policies decide who reads them.
CREATE FUNCTION decided(owner text, day text, moment timestamptz, what text)
  RETURNS TABLE (resource text, version bigint, ordinal integer, change_time timestamptz, create_time timestamptz, body jsonb,
                 framework_id text, version_id text, adopt_time timestamptz)
  LANGUAGE sql STABLE AS $$
  SELECT 'owners/' || v.owner_id || '/frameworks/' || v.framework_id || '/versions/' || v.version_id, v.version, v.ordinal,
         v.update_time, v.create_time, v.body, v.framework_id, v.version_id, v.create_time
    FROM versions v
   WHERE v.owner_id = owner AND v.create_time <= moment
     AND (day IS NULL
          OR (v.framework_id, v.version_id) IN (SELECT a.framework_id, a.version_id FROM adopted(owner, day, moment, 'framework') a))
$$;
