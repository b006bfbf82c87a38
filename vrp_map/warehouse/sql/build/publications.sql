-- One row is a month of a publisher that file `load_id` of this build brings, with how many good records.
SELECT coalesce(publisher, '') AS publisher, month, count(*) AS n
FROM stage.incident
WHERE load_id = $load_id AND reasons IS NULL
GROUP BY ALL
