-- The tables and functions that every service's schema has. Runs first, in the schema of the service.

-- The owner for whom the current transaction acts. An unset custom setting reads as '' once it was ever set locally: hence NULLIF.
CREATE FUNCTION app_owner() RETURNS text LANGUAGE sql STABLE
  AS $$ SELECT NULLIF(current_setting('app.owner', true), '') $$;

-- The owners in the caller's token, as an array: they may receive what others share.
CREATE FUNCTION app_receivers() RETURNS text[] LANGUAGE sql STABLE
  AS $$ SELECT string_to_array(NULLIF(current_setting('app.receivers', true), ''), ',') $$;

-- Puts a table under forced row level security: without app.owner nothing is visible and nothing can be written.
-- The one way to protect a table; every table with an owner_id calls it in the migration that creates the table.
CREATE PROCEDURE protect(target regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY own ON %s USING (owner_id = (SELECT app_owner())) '
                 'WITH CHECK (owner_id = (SELECT app_owner()))', target);
END
$$;

-- The last change of each owner. Every write locks its owner's row first, so an owner's writes come one after another: sequences
-- are gapless, and times rise, in commit order.
CREATE TABLE change_heads (
  owner_id    text        PRIMARY KEY,
  sequence    bigint      NOT NULL,
  change_time timestamptz NOT NULL
);
CALL protect('change_heads');

-- What changed, without bodies: transport for feeds and watches. May be pruned; history may not.
CREATE TABLE changes (
  owner_id    text        NOT NULL,
  sequence    bigint      NOT NULL,
  item        integer     NOT NULL, -- numbers the changes of one transaction statement
  kind        text        NOT NULL,
  resource    text        NOT NULL,
  version     bigint      NOT NULL,
  change_time timestamptz NOT NULL,
  PRIMARY KEY (owner_id, sequence, item)
);
CALL protect('changes');

-- Every version of every resource, for ever: what was known when, who changed it and by which call.
CREATE TABLE history (
  owner_id    text        NOT NULL,
  kind        text        NOT NULL,
  resource    text        NOT NULL COLLATE "C",
  version     bigint      NOT NULL,
  ordinal     integer     NOT NULL,
  change_time timestamptz NOT NULL,
  create_time timestamptz NOT NULL,
  principal   text        NOT NULL,
  method      text        NOT NULL,
  body        jsonb       NOT NULL,
  PRIMARY KEY (owner_id, kind, resource, version)
);
CALL protect('history');

-- Answers of finished writes, so that a repeated call has one effect. The principal is part of the key: nobody gets
-- another caller's answer.
CREATE TABLE request_ids (
  owner_id    text        NOT NULL,
  principal   text        NOT NULL,
  method      text        NOT NULL,
  request_id  uuid        NOT NULL,
  fingerprint text        NOT NULL,
  response    bytea,
  revision    bigint      NOT NULL DEFAULT 0,
  expire_time timestamptz NOT NULL,
  PRIMARY KEY (owner_id, principal, method, request_id)
);
CREATE INDEX request_ids_by_expiry ON request_ids (owner_id, expire_time);
CALL protect('request_ids');

-- The app role may add to history and to the change log, never alter them.
DO $$
DECLARE
  app text := current_schema() || '_app';
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = app) THEN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON history, changes FROM %I', app);
    EXECUTE format('REVOKE DELETE, TRUNCATE ON change_heads FROM %I', app);
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON schema_migrations FROM %I', app);
  END IF;
END
$$;
