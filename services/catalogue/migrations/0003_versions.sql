-- What was decided about frameworks, and what they held then. The tables of frameworks, goals and so on hold what stands now:
-- the draft of the next version. A version holds no copies: it says which rows of the history belong to it.

CREATE TABLE versions (
  owner_id     text        NOT NULL,
  framework_id text        NOT NULL COLLATE "C",
  version_id   text        NOT NULL COLLATE "C",
  from_date    text        NOT NULL COLLATE "C", -- YYYY-MM-DD: the first day about which it says something
  until_date   text        COLLATE "C",          -- the first day about which it says nothing any more
  ordinal      integer     NOT NULL,
  version      bigint      NOT NULL,
  create_time  timestamptz NOT NULL,
  update_time  timestamptz NOT NULL,
  body         jsonb       NOT NULL,
  PRIMARY KEY (owner_id, framework_id, version_id),
  FOREIGN KEY (owner_id, framework_id) REFERENCES frameworks
);
CREATE UNIQUE INDEX versions_by_time ON versions (owner_id, framework_id, create_time DESC);
CALL protect('versions');

CREATE TABLE version_items (
  owner_id     text   NOT NULL,
  framework_id text   NOT NULL COLLATE "C",
  version_id   text   NOT NULL COLLATE "C",
  kind         text   NOT NULL,
  resource     text   NOT NULL COLLATE "C",
  version      bigint NOT NULL, -- of the resource: its row in the history
  PRIMARY KEY (owner_id, framework_id, version_id, kind, resource),
  FOREIGN KEY (owner_id, framework_id, version_id) REFERENCES versions,
  FOREIGN KEY (owner_id, kind, resource, version) REFERENCES history
);
CREATE INDEX version_items_by_resource ON version_items (owner_id, kind, resource, version);
CALL protect('version_items');

-- What holds, as rows of the history: of each framework the version that was recorded last among those that were known at
-- `moment` and say something about `day`; without a day the one that was adopted last. An activity may come once for each
-- framework that it contributes to: the row with the latest adopt_time is what was decided last.
CREATE FUNCTION adopted(owner text, day text, moment timestamptz, what text)
  RETURNS TABLE (resource text, version bigint, ordinal integer, change_time timestamptz, create_time timestamptz, body jsonb,
                 framework_id text, version_id text, adopt_time timestamptz)
  LANGUAGE sql STABLE AS $$
  SELECT h.resource, h.version, h.ordinal, h.change_time, h.create_time, h.body, d.framework_id, d.version_id, d.create_time
    FROM (SELECT DISTINCT ON (v.framework_id) v.framework_id, v.version_id, v.create_time, v.body->>'state' AS state
            FROM versions v
           WHERE v.owner_id = owner AND v.create_time <= moment
             AND CASE WHEN day IS NULL THEN v.body->>'state' = 'VERSION_STATE_ADOPTED'
                      ELSE v.from_date <= day COLLATE "C" AND (v.until_date IS NULL OR day COLLATE "C" < v.until_date) END
           ORDER BY v.framework_id, v.create_time DESC) d
    JOIN version_items i ON i.owner_id = owner AND i.framework_id = d.framework_id AND i.version_id = d.version_id AND i.kind = what
    JOIN history h ON h.owner_id = owner AND h.kind = what AND h.resource = i.resource AND h.version = i.version
   WHERE d.state = 'VERSION_STATE_ADOPTED'
$$;

-- Others read what was adopted, never what stands now.
DROP POLICY shared ON frameworks;
DROP POLICY shared ON sections;
DROP POLICY shared ON goals;
DROP POLICY shared ON contributions;
DROP POLICY shared ON activities;
CALL share('versions', $$ EXISTS (SELECT FROM shares_in_force s WHERE s.owner_id = versions.owner_id
                                     AND s.scope_id IN ('frameworks/-', 'frameworks/' || versions.framework_id)) $$);
CALL share('version_items', $$ EXISTS (SELECT FROM shares_in_force s WHERE s.owner_id = version_items.owner_id
                                          AND s.scope_id IN ('frameworks/-', 'frameworks/' || version_items.framework_id)) $$);
CALL share('history', $$ EXISTS (SELECT FROM version_items i WHERE i.owner_id = history.owner_id AND i.kind = history.kind
                                    AND i.resource = history.resource AND i.version = history.version) $$);

-- What was decided never changes.
DO $$
DECLARE
  app text := current_schema() || '_app';
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = app) THEN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON versions, version_items FROM %I', app);
  END IF;
END
$$;
