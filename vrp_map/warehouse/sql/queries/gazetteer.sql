-- One row is a named point, with the local authority it lies in. In the order of the names, for an order by incidents
-- would tell which street has most.
SELECT g.name, g.is_generic, g.lon, g.lat, c.cell10, r.name AS lad
FROM ref_gazetteer AS g
JOIN core_location AS c USING (location_id)
LEFT JOIN (
    SELECT a.place_id, ref_area.name
    FROM core_place_area AS a
    JOIN ref_layer AS l ON l.layer = a.layer AND l.is_current AND l.type = 'lad'
    JOIN ref_area ON ref_area.layer = a.layer AND ref_area.code = a.code
) AS r USING (place_id)
ORDER BY g.name, g.lon, g.lat
