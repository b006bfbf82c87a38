-- One row is a point of $points with any incident of the selection.
SELECT i.location_id, l.cell10, count(*) AS n,
    (sum(hash(i.load_id, i.line, i.id_key) % 4294967296) % 4294967296)::BIGINT AS key
FROM core_incident AS i
JOIN core_location AS l USING (location_id)
WHERE
    i.location_id IN (SELECT unnest($points))
    AND ($categories IS NULL OR list_contains($categories, category))
    AND ($first IS NULL OR month >= $first)
    AND ($last IS NULL OR month <= $last)
    AND ($sources IS NULL OR list_contains($sources, source))
    AND ($areas IS NULL OR place_id IN (
        SELECT a.place_id
        FROM core_place_area AS a
        JOIN ref_layer AS l ON l.layer = a.layer AND l.is_current
        WHERE l.type || ':' || a.code IN (SELECT unnest($areas))
    ))
GROUP BY ALL
ORDER BY i.location_id
