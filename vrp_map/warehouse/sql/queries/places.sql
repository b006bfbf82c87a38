-- One row is a place: its cell and the names of the current areas it lies in.
SELECT p.place_id, p.cell10, p.is_inside,
    max(r.name) FILTER (l.type = 'lad') AS lad,
    max(r.name) FILTER (l.type = 'npu') AS npu
FROM core_place AS p
LEFT JOIN core_place_area AS a USING (place_id)
LEFT JOIN ref_layer AS l ON l.layer = a.layer AND l.is_current
LEFT JOIN ref_area AS r ON r.layer = a.layer AND r.code = a.code
GROUP BY ALL
ORDER BY p.place_id
