-- What other owners share: kept in every service's schema by the service's feed role, read by its app role, and enforced by
-- the policies that share() makes. Closed unless the feed has reached its head less than a second ago.

-- The moment of the call, from the clock of the process that makes it. NULL, and so nothing is shared, when it is not set.
CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE
  AS $$ SELECT NULLIF(current_setting('app.now', true), '')::timestamptz $$;

-- True while the transaction reads the change feed, which spans owners.
CREATE FUNCTION app_feed() RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT coalesce(current_setting('app.feed', true), '') = 'on' $$;

-- Grants as collaboration last said. One that was withdrawn stays, with an empty interval: an older version of it that
-- arrives late changes nothing.
CREATE TABLE shares (
  owner_id   text        NOT NULL,
  grant_id   text        NOT NULL COLLATE "C",
  receiver   text        NOT NULL,
  scope_id   text        NOT NULL COLLATE "C", -- frameworks/kader-1, or frameworks/- for all of them
  from_time  timestamptz NOT NULL,
  until_time timestamptz NOT NULL,
  version    bigint      NOT NULL,
  PRIMARY KEY (owner_id, grant_id)
);
CREATE INDEX shares_by_receiver ON shares (receiver, owner_id, scope_id);
ALTER TABLE shares ENABLE ROW LEVEL SECURITY;
ALTER TABLE shares FORCE ROW LEVEL SECURITY;
CREATE POLICY received ON shares FOR SELECT USING (receiver = ANY ((SELECT app_receivers())::text[]));

-- One row: when the last poll began that reached the head of the feed, and which feed that was.
CREATE TABLE shares_sync (
  only_row       boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
  confirmed_time timestamptz NOT NULL,
  epoch          text        NOT NULL
);
INSERT INTO shares_sync (confirmed_time, epoch) VALUES ('-infinity', '');

-- How far the feed was followed, per owner.
CREATE TABLE feed_positions (
  owner_id text   PRIMARY KEY,
  sequence bigint NOT NULL
);
ALTER TABLE feed_positions ENABLE ROW LEVEL SECURITY;
ALTER TABLE feed_positions FORCE ROW LEVEL SECURITY;

-- True when the feed was at its head less than a second before this moment. A confirmation from the future is of a clock that
-- was wrong, and confirms nothing.
CREATE FUNCTION shares_known() RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT y.confirmed_time > app_now() - interval '1 second' AND y.confirmed_time < app_now() + interval '1 second'
          FROM shares_sync y $$;

-- What one of the receivers may read now.
CREATE VIEW shares_in_force WITH (security_invoker = true) AS
  SELECT s.owner_id, s.scope_id
    FROM shares s
   WHERE s.receiver = ANY ((SELECT app_receivers())::text[])
     AND s.from_time <= (SELECT app_now()) AND s.until_time > (SELECT app_now())
     AND (SELECT shares_known());

-- Lets receivers read the rows of a protected table for which `visible` holds. The one way to share a table. Whoever acts as
-- the owner sees its own rows by protect() and no others.
CREATE PROCEDURE share(target regclass, visible text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE POLICY shared ON %s FOR SELECT USING ((SELECT app_owner()) IS NULL AND (%s))', target, visible);
END
$$;

-- The revision of an answer is part of it.
CALL share('change_heads', 'EXISTS (SELECT FROM shares_in_force s WHERE s.owner_id = change_heads.owner_id)');

DO $$
DECLARE
  app  text := current_schema() || '_app';
  feed text := current_schema() || '_feed';
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = app) THEN
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON shares, shares_sync FROM %I', app);
    EXECUTE format('REVOKE ALL ON feed_positions FROM %I', app);
  END IF;
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = feed) THEN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON shares, feed_positions TO %I', feed);
    EXECUTE format('GRANT SELECT, UPDATE ON shares_sync TO %I', feed);
    EXECUTE format('CREATE POLICY feed ON shares TO %I USING (true) WITH CHECK (true)', feed);
    EXECUTE format('CREATE POLICY feed ON feed_positions TO %I USING (true) WITH CHECK (true)', feed);
  END IF;
END
$$;
