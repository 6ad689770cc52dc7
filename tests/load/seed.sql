-- Made-up data of national size, the same for the same numbers: run by psql as superuser with the variables owners,
-- activities, cycles and versions. Owners are GM8001 and on; all share all they have with RG-land, the first five with RG-vijf
-- too. Written straight into the tables, with a history only where versions are made of it.
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

-- Words of the field, of which texts are made: the nth word of a text by its hash, so that no two texts are the same.
CREATE TEMPORARY VIEW words AS SELECT ARRAY['jeugdhulp', 'schulden', 'mantelzorg', 'wijkteam', 'preventie', 'inwoners', 'samenwerking',
  'scholen', 'huisartsen', 'begeleiding', 'armoede', 'participatie', 'wachttijden', 'kosten', 'aanbieders', 'toegang', 'opvang',
  'statushouders', 'bijstand', 'werkgevers', 'vrijwilligers', 'ouderen', 'dementie', 'verslaving', 'veiligheid', 'huiselijk',
  'geweld', 'wonen', 'sport', 'cultuur', 'laaggeletterdheid', 'indicaties', 'evaluatie', 'pilot', 'regio', 'inkoop', 'dagbesteding',
  'vervoer', 'hulpmiddelen', 'opvoeding', 'de', 'het', 'een', 'van', 'voor', 'met', 'in', 'door'] AS list;
CREATE FUNCTION pg_temp.text_of(seed text, length integer) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(list[1 + abs(hashtext(seed || n)) % array_length(list, 1)], ' ' ORDER BY n)
    FROM generate_series(1, length) AS n, words
$$;

-- About 1 KB each, as an activity with two aspects is; from version to version its planning changes, and of every tenth the approach.
CREATE TEMPORARY TABLE activity_versions AS
  SELECT owner, n, m, activity, v,
         jsonb_build_object(
           'displayName', format('%s %s', initcap(pg_temp.text_of(owner || activity, 3)), m), 'code', format('%s.%s', n % 9 + 1, m),
           'aspects', jsonb_build_array(
             jsonb_build_object('kind', 'ASPECT_KIND_APPROACH', 'label', 'Aanpak', 'ordinal', 1,
                                'plan', pg_temp.text_of(format('%s %s %s', owner, activity, CASE m % 10 WHEN 0 THEN v END), 60)),
             jsonb_build_object('kind', 'ASPECT_KIND_TIMELINE', 'label', 'Tijdpad', 'ordinal', 2,
                                'plan', format('In %s: %s', 2018 + v, pg_temp.text_of(owner || activity || 'tijd', 30)))),
           'realisationYears', jsonb_build_array(2018 + v, 2019 + v)) AS body
    FROM tasks, generate_series(1, :versions) AS v;

INSERT INTO catalogue.activities
  SELECT owner, activity, m, v, at, at, body FROM activity_versions, moment WHERE v = :versions;

INSERT INTO catalogue.contributions
  SELECT owner, activity, 'bijdrage', 'kader', NULL, 1, 1, at, at,
         jsonb_build_object('framework', format('owners/%s/frameworks/kader', owner))
    FROM tasks, moment;

-- Every version was adopted on 1 January of its year. Searching is about what stands now: only the last one is indexed.
SET session_replication_role = replica;
INSERT INTO catalogue.history (owner_id, kind, resource, version, ordinal, change_time, create_time, principal, method, body)
  SELECT owner, 'activity', format('owners/%s/activities/%s', owner, activity), v, m, at - (:versions - v) * interval '1 year',
         at - :versions * interval '1 year', 'seed', 'seed', body
    FROM activity_versions, moment WHERE v < :versions;
SET session_replication_role = DEFAULT;
INSERT INTO catalogue.history (owner_id, kind, resource, version, ordinal, change_time, create_time, principal, method, body)
  SELECT owner, 'activity', format('owners/%s/activities/%s', owner, activity), v, m, at, at - :versions * interval '1 year', 'seed',
         'seed', body
    FROM activity_versions, moment WHERE v = :versions
  UNION ALL
  SELECT owner_id, 'framework', format('owners/%s/frameworks/%s', owner_id, framework_id), version, ordinal, create_time, create_time,
         'seed', 'seed', body
    FROM catalogue.frameworks
  UNION ALL
  SELECT owner_id, 'contribution', format('owners/%s/activities/%s/contributions/%s', owner_id, activity_id, contribution_id), version,
         ordinal, create_time, create_time, 'seed', 'seed', body
    FROM catalogue.contributions;
INSERT INTO catalogue.versions
  SELECT owner, 'kader', format('v%s', v), format('%s-01-01', 2018 + v), NULL, v, 1, at - (:versions - v) * interval '1 year',
         at - (:versions - v) * interval '1 year',
         jsonb_build_object('displayName', 'Beleidskader sociaal domein', 'state', 'VERSION_STATE_ADOPTED', 'ordinal', v,
                            'validFromDate', format('%s-01-01', 2018 + v), 'activityCount', :activities)
    FROM owners, generate_series(1, :versions) AS v, moment;
-- By owner, as adoption does it: the trigger of the search goes through all that a statement adds for each version in it.
SELECT format($$INSERT INTO catalogue.version_items
  SELECT owner_id, 'kader', format('v%%s', v), kind, resource, version
    FROM catalogue.history, generate_series(1, %s) AS v
   WHERE owner_id = %L AND (kind <> 'activity' OR version = v)$$, :versions, owner)
  FROM owners \gexec

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

VACUUM (ANALYZE) catalogue.activities, catalogue.contributions, catalogue.frameworks, catalogue.history, catalogue.versions,
  catalogue.version_items, catalogue.search_items, progress.cycles, progress.reports,
  indicator.indicators, indicator.targets;
