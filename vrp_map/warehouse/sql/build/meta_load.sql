-- One row is a file that was ever taken, with how many of its records later publications replaced.
INSERT INTO meta_load BY NAME
SELECT m.* REPLACE (m.rows_replaced + coalesce(gone.n, 0) AS rows_replaced)
FROM previous.meta_load AS m
LEFT JOIN (
    SELECT i.load_id, count(*) AS n
    FROM previous.core_incident AS i
    SEMI JOIN replaced AS r
        ON r.source = i.source AND r.publisher = coalesce(i.publisher, '') AND r.month = i.month
    GROUP BY i.load_id
) AS gone USING (load_id)
UNION ALL BY NAME
SELECT * FROM new_load
ORDER BY load_id
