-- One row is a refused record: those of loads that are still there, and those of this build.
INSERT INTO quarantine_incident BY NAME
SELECT load_id, line, reasons, record FROM previous.quarantine_incident
UNION ALL BY NAME
SELECT load_id, line, reasons, record FROM stage.incident WHERE reasons IS NOT NULL
UNION ALL BY NAME
SELECT
    s.load_id, s.line, ['crime_id:repeated'] AS reasons,
    to_json({
        month: strftime(s.month, '%Y-%m'), x: CASE WHEN s.point_kept THEN s.x::VARCHAR END,
        y: CASE WHEN s.point_kept THEN s.y::VARCHAR END, place: s.place, category: s.supplier_category,
        repeats: 'line ' || r.first_line || ' of load ' || r.first_load
    }) AS record
FROM stage.incident AS s
JOIN repeated AS r ON r.load_id = s.load_id AND r.line = s.line
ORDER BY load_id, line
