-- One row is a load and how its records were taken.
SELECT
    s.load_id,
    count(*) AS rows_read,
    count(*) FILTER (s.reasons IS NULL AND r.line IS NULL) AS rows_accepted,
    count(*) FILTER (s.reasons IS NOT NULL OR r.line IS NOT NULL) AS rows_quarantined
FROM stage.incident AS s
LEFT JOIN repeated AS r ON r.load_id = s.load_id AND r.line = s.line
GROUP BY s.load_id
