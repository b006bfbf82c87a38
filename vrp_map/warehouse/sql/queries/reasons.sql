-- One row is a reason and how many records failed by it; a record may fail by several.
SELECT reason, count(*) AS n
FROM (SELECT unnest(reasons) AS reason FROM quarantine_incident)
GROUP BY ALL
ORDER BY n DESC, reason
