-- One row is a month of a publisher that one of the files $loads is the publication of: at least half of the file's good
-- records of that month, and a tenth of those of its fullest month. A few records of another force in a file do not make
-- it that force's month, nor do a few records over the edge of a month make it the next month's.
SELECT load_id, publisher, month
FROM (
    SELECT load_id, coalesce(publisher, '') AS publisher, month, count(*) AS n
    FROM stage.incident
    WHERE load_id IN (SELECT unnest($loads)) AND reasons IS NULL
    GROUP BY ALL
)
QUALIFY 2 * n >= sum(n) OVER (PARTITION BY load_id, month) AND 10 * n >= max(n) OVER (PARTITION BY load_id)
