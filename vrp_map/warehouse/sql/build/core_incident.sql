-- One row is an accepted incident: what was there and is not replaced, and what this build brings.
INSERT INTO core_incident BY NAME
SELECT i.*
FROM previous.core_incident AS i
ANTI JOIN replaced AS r
    ON r.source = i.source AND r.publisher = coalesce(i.publisher, '') AND r.month = i.month
UNION ALL BY NAME
SELECT
    s.month, s.category, map_point.location_id, s.source, s.grade, s.publisher, s.occurred_from, s.occurred_to,
    s.supplier_category, s.offence_code, s.setting, s.supplier_lsoa, s.id_key, s.load_id, s.line
FROM stage.incident AS s
LEFT JOIN map_point ON map_point.crs = s.crs AND map_point.point_kept = s.point_kept
    AND map_point.x = s.x AND map_point.y = s.y
ANTI JOIN repeated ON repeated.load_id = s.load_id AND repeated.line = s.line
WHERE s.reasons IS NULL
