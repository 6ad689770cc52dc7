-- What GetRegionalOverview counts, as one statement of somebody who may read everything: the first $1 owners of seed.sql.
PREPARE overview(integer) AS
WITH member AS (
  SELECT 'GM' || 8000 + n AS owner_id FROM generate_series(1, $1) AS n
), cycle AS (
  SELECT DISTINCT ON (owner_id) owner_id, cycle_id
    FROM member JOIN progress.cycles USING (owner_id)
   WHERE body->>'referenceDate' <= '2026-01-15'
   ORDER BY owner_id, body->>'referenceDate' DESC
), activity AS (
  SELECT DISTINCT owner_id, 'owners/' || owner_id || '/activities/' || activity_id AS subject
    FROM member JOIN catalogue.contributions USING (owner_id)
), report AS (
  SELECT owner_id, subject, body->>'status' AS status FROM cycle JOIN progress.reports USING (owner_id, cycle_id)
), counted AS (
  SELECT owner_id, count(*) AS activities,
         count(*) FILTER (WHERE status = 'STATUS_NOT_STARTED') AS not_started,
         count(*) FILTER (WHERE status = 'STATUS_ON_TRACK') AS on_track,
         count(*) FILTER (WHERE status = 'STATUS_AT_RISK') AS at_risk,
         count(*) FILTER (WHERE status = 'STATUS_OFF_TRACK') AS off_track,
         count(*) FILTER (WHERE status = 'STATUS_REALISED') AS realised,
         count(*) FILTER (WHERE status = 'STATUS_STOPPED') AS stopped,
         count(*) FILTER (WHERE status = 'STATUS_NOT_PRINTED') AS not_printed,
         count(*) FILTER (WHERE status IS NULL) AS without_report
    FROM activity LEFT JOIN report USING (owner_id, subject) GROUP BY owner_id
)
SELECT activities, not_started, on_track, at_risk, off_track, realised, stopped, not_printed, without_report,
       (SELECT count(*) FROM catalogue.frameworks f WHERE f.owner_id = c.owner_id) AS frameworks, targets, targets_with_value
  FROM counted c,
       LATERAL (SELECT count(*) AS targets, count(*) FILTER (WHERE body ? 'value') AS targets_with_value
                  FROM indicator.targets t WHERE t.owner_id = c.owner_id) t;
