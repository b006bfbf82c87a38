-- One row is a month, category and source at a point of $points: its incidents, and the areas that the point lies in.
SELECT i.location_id, i.month, i.category, i.source, a.areas, count(*) AS n,
    (sum(hash(i.load_id, i.line, i.id_key) % 4294967296) % 4294967296)::BIGINT AS key
FROM core_incident AS i
JOIN core_location AS l USING (location_id)
LEFT JOIN (
    SELECT place_id, list(r.type || ':' || code ORDER BY r.type, code) AS areas
    FROM core_place_area
    JOIN ref_layer AS r USING (layer)
    WHERE r.is_current
    GROUP BY place_id
) AS a USING (place_id)
WHERE i.location_id IN (SELECT unnest($points))
GROUP BY ALL
ORDER BY i.location_id, i.month, i.category, i.source
