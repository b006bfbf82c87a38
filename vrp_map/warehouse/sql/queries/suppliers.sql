-- One row is a source and publisher with any incident of the selection on the map, and how many.
SELECT i.source, coalesce(i.publisher, '') AS publisher, count(*) AS n
FROM core_incident AS i
JOIN core_location AS c USING (location_id)
WHERE
    ($categories IS NULL OR list_contains($categories, i.category))
    AND ($first IS NULL OR i.month >= $first)
    AND ($last IS NULL OR i.month <= $last)
    AND ($sources IS NULL OR list_contains($sources, i.source))
    AND ($areas IS NULL OR c.place_id IN (
        SELECT a.place_id
        FROM core_place_area AS a
        JOIN ref_layer AS l ON l.layer = a.layer AND l.is_current
        WHERE l.type || ':' || a.code IN (SELECT unnest($areas))
    ))
GROUP BY ALL
ORDER BY ALL
