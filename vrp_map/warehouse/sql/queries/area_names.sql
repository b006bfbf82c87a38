-- One row is an area of a layer in force now, without its outline; key is "type:code".
SELECT l.layer, l.type, a.code, a.name, a.population, l.basis, l.type || ':' || a.code AS key
FROM ref_area AS a
JOIN ref_layer AS l USING (layer)
WHERE l.is_current
ORDER BY l.layer, a.name, a.code
