-- One row is an incident of the selection: when and where it was, what it was, and its key. The key is of what the
-- incident is and not of its file, so that files in another order, or sent again, choose the same (disclosure/sampling.py).
SELECT
    i.occurred_from, i.occurred_to, i.month, i.category, i.source, i.offence_code, i.grade,
    l.place_id, l.location_id, l.lon, l.lat, l.cell10,
    (hash(i.id_key, i.occurred_from, i.occurred_to, i.offence_code, l.lon, l.lat) % 4294967296)::BIGINT AS key
FROM core_incident AS i
LEFT JOIN core_location AS l USING (location_id)
WHERE
    ($categories IS NULL OR list_contains($categories, i.category))
    AND ($first IS NULL OR i.month >= $first)
    AND ($last IS NULL OR i.month <= $last)
    AND ($sources IS NULL OR list_contains($sources, i.source))
    AND ($areas IS NULL OR l.place_id IN (
        SELECT a.place_id
        FROM core_place_area AS a
        JOIN ref_layer AS r ON r.layer = a.layer AND r.is_current
        WHERE r.type || ':' || a.code IN (SELECT unnest($areas))
    ))
ORDER BY i.load_id, i.line
