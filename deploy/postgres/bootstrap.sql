-- Roles, schemas and rights of one database of Regiokompas; run by psql as the cluster's superuser, as often as one likes:
--   psql -d postgres -v database=regiokompas -f bootstrap.sql
-- Per service s there are s_owner (owns the schema, used by `regiokompas migrate` only), s_app (reads and writes rows) and
-- s_feed (keeps what other owners share, as the feed of collaboration says; the migrations give it its tables).
-- Tables are not made here: each service's migrations make them.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
\if :{?database}
\else
  \set database regiokompas
\endif
\set services '{catalogue,progress,indicator,collaboration,intake}'

-- Roles belong to the whole cluster, so two runs for two databases take turns; the lock ends with \connect below.
SELECT pg_advisory_lock(hashtext('regiokompas bootstrap'));

SELECT format('CREATE ROLE %I', role)
  FROM unnest(:'services'::text[]) service, unnest(ARRAY['_owner', '_app', '_feed']) kind, concat(service, kind) role
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec

-- Said again each time, so that a role somebody widened by hand is narrow again.
SELECT format('ALTER ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION', role),
       format('ALTER ROLE %I SET search_path = %I', role, service),
       format('ALTER ROLE %I SET TimeZone = %L', role, 'UTC')
  FROM unnest(:'services'::text[]) service, unnest(ARRAY['_owner', '_app', '_feed']) kind, concat(service, kind) role \gexec

SELECT format('ALTER ROLE %I SET statement_timeout = %L', service || '_app', '15s'),
       format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', service || '_app', '30s'),
       format('ALTER ROLE %I SET statement_timeout = %L', service || '_feed', '15s'),
       -- A replica that was frozen in the middle must not keep the others from confirming.
       format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', service || '_feed', '2s'),
       -- What a crash takes from the feed role it reads again from where its tables stand.
       format('ALTER ROLE %I SET synchronous_commit = %L', service || '_feed', 'off')
  FROM unnest(:'services'::text[]) service \gexec

SELECT format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LOCALE %L', :'database', 'UTF8', 'C.UTF-8')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec

\connect :"database"
SET client_min_messages = warning;

REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

SELECT format('GRANT CONNECT ON DATABASE %I TO %I, %I, %I', :'database', service || '_owner', service || '_app',
              service || '_feed'),
       format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', service, service || '_owner'),
       format('GRANT USAGE ON SCHEMA %I TO %I, %I', service, service || '_app', service || '_feed'),
       format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I',
              service || '_owner', service, service || '_app'),
       format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO %I',
              service || '_owner', service, service || '_app')
  FROM unnest(:'services'::text[]) service \gexec

-- The catalogue's migrations make the trusted extensions unaccent and pg_trgm, in its own schema.
GRANT CREATE ON DATABASE :"database" TO catalogue_owner;
