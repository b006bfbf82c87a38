-- One row is a local authority and the incidents that this snapshot's own loads brought for it.
SELECT ref_area.name, count(*) AS n
FROM core_incident AS i
JOIN core_location AS l USING (location_id)
JOIN core_place_area AS a USING (place_id)
JOIN ref_layer ON ref_layer.layer = a.layer AND ref_layer.type = 'lad' AND ref_layer.is_current
JOIN ref_area ON ref_area.layer = a.layer AND ref_area.code = a.code
WHERE i.load_id IN (SELECT load_id FROM meta_load WHERE snapshot_id = $snapshot_id)
GROUP BY ALL
ORDER BY ALL
