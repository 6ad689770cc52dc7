-- What can be searched: goals, activities and sections as they stand and as they were adopted last, and the years of their
-- frameworks. Triggers keep it, in the transaction that writes: whoever writes a history joins.

CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_extension
              WHERE extname IN ('unaccent', 'pg_trgm') AND extnamespace <> current_schema()::regnamespace) THEN
    RAISE EXCEPTION 'unaccent and pg_trgm must be in schema %: ALTER EXTENSION ... SET SCHEMA', current_schema();
  END IF;
END
$$;

-- Words in lower case without accents, one space around each; everything that is no letter or digit parts words.
CREATE FUNCTION search_fold(value text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE SET search_path FROM CURRENT
  AS $$ SELECT regexp_replace(' ' || lower(unaccent('unaccent', value)) || ' ', '[^[:alnum:]]+', ' ', 'g') $$;

-- What is searched of a resource, from its body. Labels of aspects stay out: they are the same words everywhere.
CREATE FUNCTION search_content(kind text, body jsonb)
  RETURNS TABLE (title text, content text, task_fields text[], parties text[], years integer[], ending text)
  LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(body->>'displayName', ''),
         CASE kind
           WHEN 'activity' THEN concat_ws(E'\n', body->>'code',
             (SELECT string_agg(a->>'plan', E'\n' ORDER BY n) FROM jsonb_array_elements(body->'aspects') WITH ORDINALITY a(a, n)),
             (SELECT string_agg(m->>'text', E'\n' ORDER BY n)
                FROM jsonb_array_elements(body->'milestones') WITH ORDINALITY m(m, n)),
             (SELECT string_agg(concat_ws(' ', b->>'text', b->>'fundingSource'), E'\n' ORDER BY n)
                FROM jsonb_array_elements(body->'budgetLines') WITH ORDINALITY b(b, n)),
             (SELECT string_agg(concat_ws(', ', p->>'organisation', p->>'role'), E'\n' ORDER BY n)
                FROM jsonb_array_elements(body->'parties') WITH ORDINALITY p(p, n)),
             body->>'responsibleExecutive', body->>'policyOfficer', body->'ending'->>'reason')
           ELSE concat_ws(E'\n', body->>'code', body->>'levelLabel', body->>'text')
         END,
         ARRAY(SELECT jsonb_array_elements_text(body->'taskFields')),
         ARRAY(SELECT p->>'organisation' FROM jsonb_array_elements(body->'parties') p),
         ARRAY(SELECT y FROM (SELECT jsonb_array_elements_text(body->'realisationYears')::integer
                              UNION SELECT substring(m->>'due' FROM '^\d{4}')::integer
                                FROM jsonb_array_elements(body->'milestones') m
                              UNION SELECT jsonb_array_elements_text(body->'fiscalYears')::integer
                              UNION SELECT generate_series(
                                extract(year FROM (body->>'validFromDate')::date)::integer,
                                extract(year FROM coalesce((body->>'validUntilDate')::date - 1,
                                                           (body->>'validFromDate')::date))::integer)) AS years(y)
                WHERE y IS NOT NULL ORDER BY y),
         coalesce(replace(body->'ending'->>'kind', 'ACTIVITY_ENDING_KIND_', ''), 'NONE')
$$;

-- A row stays while it is live, the current version of its resource, or adopted.
CREATE TABLE search_items (
  owner_id    text      NOT NULL,
  kind        text      NOT NULL,             -- goal, activity or section; framework for its years
  resource    text      NOT NULL COLLATE "C",
  version     bigint    NOT NULL,             -- its row in the history
  live        boolean   NOT NULL,
  adopted_in  text[]    NOT NULL,             -- ids of the frameworks whose version that was adopted last holds this row
  title       text      NOT NULL,
  task_fields text[]    NOT NULL,
  parties     text[]    NOT NULL,             -- organisations as they are written
  years       integer[] NOT NULL,             -- of realisation and of milestones, or of a framework's validity; ascending
  ending      text      NOT NULL,             -- NONE, REALISED or STOPPED
  folded      text      NOT NULL,             -- title, newline, the rest of what is searched, each by search_fold
  words       tsvector  NOT NULL,             -- Dutch stems of that; those of the title weigh A
  PRIMARY KEY (owner_id, kind, resource, version)
) WITH (toast_tuple_target = 8160);
-- Read for every row that a search looks at: neither packed nor kept elsewhere, unless it is more than a page.
ALTER TABLE search_items ALTER folded SET STORAGE EXTERNAL, ALTER words SET STORAGE EXTERNAL;
CALL protect('search_items');
-- Who reads by a share sees what was adopted in a framework that is shared. Policies come before conditions that may tell
-- something about the rows (such as @@), so an index on words would never be used: the owners' rows are read one by one.
CALL share('search_items', $$ adopted_in <> '{}'
  AND (owner_id IN (SELECT s.owner_id FROM shares_in_force s WHERE s.scope_id = 'frameworks/-')
       OR EXISTS (SELECT FROM shares_in_force s WHERE s.owner_id = search_items.owner_id
                     AND s.scope_id IN (SELECT 'frameworks/' || f FROM unnest(search_items.adopted_in) f))) $$);

-- A row of the history as a row to be searched. Positions and size of a tsvector have a bound; the rest of a longer text is
-- found in `folded`.
CREATE FUNCTION search_item(past history, live boolean) RETURNS search_items
  LANGUAGE sql STABLE SET search_path FROM CURRENT SET client_min_messages = warning AS $$
  SELECT past.owner_id, past.kind, past.resource, past.version, live, '{}'::text[], c.title, c.task_fields, c.parties, c.years,
         c.ending, f.title || E'\n' || f.content,
         setweight(to_tsvector('pg_catalog.dutch', left(f.title, 100000)), 'A') ||
         setweight(to_tsvector('pg_catalog.dutch', left(f.content, 100000)), 'D')
    FROM search_content(past.kind, past.body) c,
         LATERAL (SELECT search_fold(c.title), search_fold(c.content)) f(title, content)
$$;

-- The version before is no longer live, and goes unless it is adopted.
CREATE FUNCTION search_history() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  DELETE FROM search_items i
   WHERE i.owner_id = NEW.owner_id AND i.kind = NEW.kind AND i.resource = NEW.resource AND i.live AND i.adopted_in = '{}';
  UPDATE search_items i SET live = false
   WHERE i.owner_id = NEW.owner_id AND i.kind = NEW.kind AND i.resource = NEW.resource AND i.live;
  IF NOT NEW.deleted THEN
    INSERT INTO search_items SELECT s.* FROM search_item(NEW, true) s;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER search AFTER INSERT ON history
  FOR EACH ROW WHEN (NEW.kind IN ('framework', 'goal', 'activity', 'section')) EXECUTE FUNCTION search_history();

-- The rows of a version that was adopted take the place of those of the version before it.
CREATE FUNCTION search_versions() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  decision versions;
BEGIN
  FOR decision IN
    SELECT v.* FROM versions v
     WHERE (v.owner_id, v.framework_id, v.version_id) IN (SELECT a.owner_id, a.framework_id, a.version_id FROM added a)
       AND v.body->>'state' = 'VERSION_STATE_ADOPTED'
     ORDER BY v.create_time
  LOOP
    UPDATE search_items i SET adopted_in = array_remove(i.adopted_in, decision.framework_id)
     WHERE i.owner_id = decision.owner_id AND decision.framework_id = ANY (i.adopted_in)
       AND NOT EXISTS (SELECT FROM version_items n
                        WHERE n.owner_id = i.owner_id AND n.framework_id = decision.framework_id
                          AND n.version_id = decision.version_id AND n.kind = i.kind AND n.resource = i.resource
                          AND n.version = i.version);
    UPDATE search_items i SET adopted_in = i.adopted_in || decision.framework_id
      FROM added a
     WHERE a.owner_id = decision.owner_id AND a.framework_id = decision.framework_id AND a.version_id = decision.version_id
       AND i.owner_id = a.owner_id AND i.kind = a.kind AND i.resource = a.resource AND i.version = a.version
       AND decision.framework_id <> ALL (i.adopted_in);
    DELETE FROM search_items i WHERE i.owner_id = decision.owner_id AND NOT i.live AND i.adopted_in = '{}';
  END LOOP;
  RETURN NULL;
END
$$;
CREATE TRIGGER search AFTER INSERT ON version_items
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION search_versions();

-- What is there already. The owner role sees rows only by a policy of its own.
CREATE POLICY migration ON history FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY migration ON versions FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY migration ON version_items FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY migration ON search_items TO CURRENT_USER USING (true) WITH CHECK (true);
DO $$
DECLARE
  expected bigint;
  indexed  bigint;
BEGIN
  WITH last AS (SELECT DISTINCT ON (h.owner_id, h.kind, h.resource) h.owner_id, h.kind, h.resource, h.version, h.deleted
                  FROM history h WHERE h.kind IN ('framework', 'goal', 'activity', 'section')
                 ORDER BY h.owner_id, h.kind, h.resource, h.version DESC),
  adopted AS (SELECT i.owner_id, i.kind, i.resource, i.version, array_agg(i.framework_id ORDER BY i.framework_id) AS adopted_in
                FROM (SELECT DISTINCT ON (v.owner_id, v.framework_id) v.owner_id, v.framework_id, v.version_id FROM versions v
                       WHERE v.body->>'state' = 'VERSION_STATE_ADOPTED'
                       ORDER BY v.owner_id, v.framework_id, v.create_time DESC) d
                JOIN version_items i USING (owner_id, framework_id, version_id)
               WHERE i.kind IN ('framework', 'goal', 'activity', 'section')
               GROUP BY i.owner_id, i.kind, i.resource, i.version),
  wanted AS (SELECT h AS past, l.version IS NOT NULL AS live, coalesce(a.adopted_in, '{}') AS adopted_in
               FROM history h
               LEFT JOIN last l ON (l.owner_id, l.kind, l.resource, l.version) = (h.owner_id, h.kind, h.resource, h.version)
                                AND NOT l.deleted
               LEFT JOIN adopted a ON (a.owner_id, a.kind, a.resource, a.version) = (h.owner_id, h.kind, h.resource, h.version)
              WHERE l.version IS NOT NULL OR a.version IS NOT NULL),
  made AS (INSERT INTO search_items
           SELECT s.owner_id, s.kind, s.resource, s.version, s.live, w.adopted_in, s.title, s.task_fields, s.parties,
                  s.years, s.ending, s.folded, s.words
             FROM wanted w, LATERAL search_item(w.past, w.live) s
           RETURNING 1)
  SELECT (SELECT count(*) FROM wanted), (SELECT count(*) FROM made) INTO expected, indexed;
  IF expected <> indexed THEN
    RAISE EXCEPTION 'indexed % of % rows', indexed, expected;
  END IF;
END
$$;
DROP POLICY migration ON history;
DROP POLICY migration ON versions;
DROP POLICY migration ON version_items;
DROP POLICY migration ON search_items;
