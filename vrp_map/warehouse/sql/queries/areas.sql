-- One row is an area of a layer, with its outline as WKB (degrees).
SELECT l.layer, l.type, a.code, a.name, a.population, l.basis, l.is_current, a.geometry
FROM ref_area AS a
JOIN ref_layer AS l USING (layer)
WHERE $type IS NULL OR l.type = $type
ORDER BY l.layer, a.name, a.code
