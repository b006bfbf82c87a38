-- One row is an incident at the place of a point of $points: at which point, and the areas that the place lies in.
-- The key is that of timed_points.sql.
SELECT i.location_id, i.month, i.category, i.source, i.grade, l.place_id, a.areas,
    (hash(i.id_key, i.occurred_from, i.occurred_to, i.offence_code, l.lon, l.lat) % 4294967296)::BIGINT AS key
FROM core_incident AS i
JOIN core_location AS l USING (location_id)
LEFT JOIN (
    SELECT place_id, list(r.type || ':' || code ORDER BY r.type, code) AS areas
    FROM core_place_area
    JOIN ref_layer AS r USING (layer)
    WHERE r.is_current
    GROUP BY place_id
) AS a USING (place_id)
WHERE l.place_id IN (SELECT place_id FROM core_location WHERE location_id IN (SELECT unnest($points)))
ORDER BY i.load_id, i.line
