-- One row is a month of a publisher that one of the files $loads is the publication of: at least half of the file's good
-- records of that month. A few records of another force in a file do not make it that force's month.
SELECT load_id, coalesce(publisher, '') AS publisher, month
FROM stage.incident
WHERE load_id IN (SELECT unnest($loads)) AND reasons IS NULL
GROUP BY load_id, publisher, month
QUALIFY 2 * count(*) >= sum(count(*)) OVER (PARTITION BY load_id, month)
