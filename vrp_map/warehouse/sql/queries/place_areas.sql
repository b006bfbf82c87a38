-- One row is an area of a current layer that a place lies in.
SELECT a.place_id, l.type || ':' || a.code AS area
FROM core_place_area AS a
JOIN ref_layer AS l ON l.layer = a.layer AND l.is_current
ORDER BY a.place_id, area
