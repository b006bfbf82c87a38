-- One row is a month of a source and publisher with any incident inside the boundaries, and how many.
SELECT i.month, i.source, coalesce(i.publisher, '') AS publisher, count(*) AS n
FROM core_incident AS i
JOIN core_location AS l USING (location_id)
JOIN core_place AS p USING (place_id)
WHERE p.is_inside
GROUP BY ALL
ORDER BY ALL
