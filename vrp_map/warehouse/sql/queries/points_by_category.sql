-- One row is a kept point and a category: its incidents, and in how many months the point has any (of all categories).
SELECT l.location_id, l.name, l.lon, l.lat, l.cell10, t.category, t.n, m.months
FROM (SELECT location_id, category, count(*) AS n FROM core_incident GROUP BY ALL) AS t
JOIN (SELECT location_id, count(DISTINCT month) AS months FROM core_incident GROUP BY ALL) AS m USING (location_id)
JOIN core_location AS l USING (location_id)
WHERE l.point_kept
ORDER BY l.location_id, t.category
