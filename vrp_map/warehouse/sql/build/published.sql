-- One row is a month of a publisher that the previous snapshot already holds.
SELECT source, coalesce(publisher, '') AS publisher, month, count(*) AS n
FROM previous.core_incident
GROUP BY ALL
