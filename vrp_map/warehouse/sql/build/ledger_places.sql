-- One row: how the incidents of this snapshot's own loads lie.
SELECT
    count(*) FILTER (i.location_id IS NULL) AS unlocated,
    count(*) FILTER (i.location_id IS NOT NULL AND NOT p.is_inside) AS outside,
    count(DISTINCT i.location_id) AS distinct_locations
FROM core_incident AS i
LEFT JOIN core_location AS l USING (location_id)
LEFT JOIN core_place AS p USING (place_id)
WHERE i.load_id IN (SELECT load_id FROM meta_load WHERE snapshot_id = $snapshot_id)
