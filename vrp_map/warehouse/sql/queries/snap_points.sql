-- One row is a kept point that a supplier moves incidents to (grade D). No counts: where the points are is public.
SELECT DISTINCT l.lon, l.lat
FROM core_incident AS i
JOIN core_location AS l USING (location_id)
WHERE l.point_kept AND i.grade = 'D'
ORDER BY ALL
