-- Made-up data of national size, the same for the same numbers: run by psql as superuser with the variables owners,
-- activities and cycles. Owners are GM8001 and on; all share all they have with RG-land, the first five with RG-vijf too.
-- Written straight into the tables, without history: the benchmarks read what holds now.
\set ON_ERROR_STOP on

CREATE TEMPORARY VIEW owners AS SELECT format('GM%s', 8000 + n) AS owner, n FROM generate_series(1, :owners) AS n;
CREATE TEMPORARY VIEW tasks AS
  SELECT owner, n, m, format('activiteit-%s', m) AS activity FROM owners, generate_series(1, :activities) AS m;
-- One moment for all, so that two runs store the same.
CREATE TEMPORARY VIEW moment AS SELECT timestamptz '2026-01-15 10:00Z' AS at;

INSERT INTO catalogue.change_heads SELECT owner, 1 + 2 * :activities, at FROM owners, moment;
INSERT INTO progress.change_heads SELECT owner, :cycles * (1 + :activities), at FROM owners, moment;
INSERT INTO indicator.change_heads SELECT owner, 8, at FROM owners, moment;

INSERT INTO catalogue.frameworks
  SELECT owner, 'kader', 1, 1, at, at,
         jsonb_build_object('displayName', 'Beleidskader sociaal domein', 'kind', 'FRAMEWORK_KIND_POLICY_FRAMEWORK',
                            'state', 'FRAMEWORK_STATE_ADOPTED')
    FROM owners, moment;

-- About 1 KB each, as an activity with two aspects is.
INSERT INTO catalogue.activities
  SELECT owner, activity, m, 1, at, at,
         jsonb_build_object(
           'displayName', format('Activiteit %s van gemeente %s', m, n), 'code', format('%s.%s', n % 9 + 1, m),
           'aspects', jsonb_build_array(
             jsonb_build_object('kind', 'ASPECT_KIND_APPROACH', 'label', 'Aanpak', 'ordinal', 1,
                                'plan', repeat(md5(owner || activity || 'aanpak') || ' ', 14)),
             jsonb_build_object('kind', 'ASPECT_KIND_TIMELINE', 'label', 'Tijdpad', 'ordinal', 2,
                                'plan', repeat(md5(owner || activity || 'tijdpad') || ' ', 10))),
           'realisationYears', jsonb_build_array(2025, 2026))
    FROM tasks, moment;

INSERT INTO catalogue.contributions
  SELECT owner, activity, 'bijdrage', 'kader', NULL, 1, 1, at, at,
         jsonb_build_object('framework', format('owners/%s/frameworks/kader', owner))
    FROM tasks, moment;

-- The last cycle is of 31 December 2025, the others each half a year before the next.
INSERT INTO progress.cycles
  SELECT owner, format('cyclus-%s', c), c, 1, at, at,
         jsonb_build_object('displayName', format('Cyclus %s', c), 'kind', 'REPORTING_CYCLE_KIND_PROGRESS_REPORT',
                            'state', 'REPORTING_CYCLE_STATE_CLOSED',
                            'referenceDate', (date '2025-12-31' - (:cycles - c) * interval '6 months')::date)
    FROM owners, generate_series(1, :cycles) AS c, moment;

-- Every eighth activity has no report; the others go through the statuses.
INSERT INTO progress.reports
  SELECT owner, format('cyclus-%s', c), format('bericht-%s', m), format('owners/%s/activities/%s', owner, activity), m, 1, at, at,
         jsonb_build_object(
           'subject', format('owners/%s/activities/%s', owner, activity), 'state', 'STATUS_REPORT_STATE_SUBMITTED',
           'status', (ARRAY['STATUS_NOT_STARTED', 'STATUS_ON_TRACK', 'STATUS_AT_RISK', 'STATUS_OFF_TRACK', 'STATUS_REALISED',
                            'STATUS_STOPPED', 'STATUS_NOT_PRINTED'])[1 + (n + m + c) % 7])
    FROM tasks, generate_series(1, :cycles) AS c, moment
   WHERE (n + m) % 8 <> 0;

INSERT INTO indicator.indicators
  SELECT owner, format('indicator-%s', i), i, 1, at, at, jsonb_build_object('displayName', format('Indicator %s', i))
    FROM owners, generate_series(1, 4) AS i, moment;

INSERT INTO indicator.targets
  SELECT owner, format('indicator-%s', i), 'streefwaarde', 1, 1, at, at,
         jsonb_build_object('displayName', 'Streefwaarde') || CASE WHEN i < 4 THEN '{"value": "88"}' ELSE '{}' END::jsonb
    FROM owners, generate_series(1, 4) AS i, moment;

-- What is shared goes the way of every grant: the services hear of it by the feed.
CREATE TEMPORARY VIEW given AS
  SELECT owner, receiver, scope, row_number() OVER (PARTITION BY owner ORDER BY receiver, scope) AS sequence
    FROM owners, (VALUES ('RG-land', :owners), ('RG-vijf', 5)) AS r (receiver, first_owners),
         unnest(ARRAY['frameworks', 'cycles', 'indicators']) AS scope
   WHERE n <= first_owners;

INSERT INTO collaboration.change_heads SELECT owner, max(sequence), at FROM given, moment GROUP BY owner, at;
INSERT INTO collaboration.grants
  SELECT owner, format('toestemming-%s', sequence), 0, 1, at, at,
         jsonb_build_object('displayName', 'Voor het regionale overzicht', 'receiver', receiver,
                            'scope', format('owners/%s/%s/-', owner, scope), 'untilTime', '9999-01-01T00:00:00Z')
    FROM given, moment;
INSERT INTO collaboration.changes
  SELECT owner, sequence, 1, 'grant', format('owners/%s/grants/toestemming-%s', owner, sequence), 1, at FROM given, moment;

VACUUM (ANALYZE) catalogue.activities, catalogue.contributions, catalogue.frameworks, progress.cycles, progress.reports,
  indicator.indicators, indicator.targets;
