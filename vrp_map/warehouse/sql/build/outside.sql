-- One row is a file of $loads with any placed incident: how many those are, and how many of them lie in no area.
SELECT i.load_id, count(*) AS located, count(*) FILTER (NOT p.is_inside) AS outside
FROM core_incident AS i
JOIN core_location AS l USING (location_id)
JOIN core_place AS p USING (place_id)
WHERE i.load_id IN (SELECT unnest($loads))
GROUP BY i.load_id
ORDER BY i.load_id
