-- One row is an incident at the place of a point of $points: at which point, and the areas that the place lies in.
-- The key is that of timed_points.sql. The few places are sought first: the areas of every place took ten times as long.
WITH here AS MATERIALIZED (
    SELECT location_id, place_id, lon, lat
    FROM core_location
    WHERE place_id IN (SELECT place_id FROM core_location WHERE location_id IN (SELECT unnest($points)))
),
areas_here AS (
    SELECT place_id, list(r.type || ':' || code ORDER BY r.type, code) AS areas
    FROM core_place_area
    JOIN ref_layer AS r USING (layer)
    WHERE r.is_current AND place_id IN (SELECT place_id FROM here)
    GROUP BY place_id
)
SELECT i.location_id, i.month, i.category, i.source, i.grade, l.place_id, a.areas,
    (hash(i.id_key, i.occurred_from, i.occurred_to, i.offence_code, l.lon, l.lat) % 4294967296)::BIGINT AS key
FROM core_incident AS i
JOIN here AS l USING (location_id)
LEFT JOIN areas_here AS a USING (place_id)
ORDER BY i.load_id, i.line
