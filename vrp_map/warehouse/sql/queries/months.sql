-- One row is a month of a source and publisher that is there, with its incidents and how many have no place.
SELECT month, source, coalesce(publisher, '') AS publisher, count(*) AS n, count(*) FILTER (location_id IS NULL) AS unlocated
FROM core_incident
GROUP BY ALL
ORDER BY ALL
