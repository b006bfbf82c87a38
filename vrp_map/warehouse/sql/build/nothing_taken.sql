-- One row is a file of $loads of which no record was taken, and not because all of them were taken before: how many were read, the rules they failed (commonest first),
-- and the first refused record with its line.
WITH failed AS (
    SELECT load_id, unnest(reasons) AS reason, line, record
    FROM quarantine_incident
    WHERE load_id IN (SELECT load_id FROM meta_load WHERE rows_accepted = 0 AND load_id IN (SELECT unnest($loads)))
),
counted AS (
    SELECT load_id, reason, count(*) AS n FROM failed GROUP BY ALL
)
SELECT
    m.load_id, m.rows_read,
    (SELECT list(c.reason ORDER BY c.n DESC, c.reason) FROM counted AS c WHERE c.load_id = m.load_id) AS reasons,
    (SELECT min(f.line) FROM failed AS f WHERE f.load_id = m.load_id) AS line,
    (SELECT arg_min(f.record, f.line) FROM failed AS f WHERE f.load_id = m.load_id) AS record
FROM meta_load AS m
WHERE m.load_id IN (SELECT load_id FROM failed WHERE reason <> 'crime_id:repeated')
ORDER BY m.load_id
