-- One row is a named point and how many incidents lie on it.
INSERT INTO ref_gazetteer
SELECT l.location_id, l.name, l.is_generic, l.lon, l.lat, count(*) AS incidents
FROM core_location AS l
JOIN core_incident AS i USING (location_id)
WHERE l.name IS NOT NULL AND l.point_kept
GROUP BY ALL
ORDER BY l.location_id
