-- One row is a pin of the event that was not taken back.
SELECT p.contributor, p.cells, p.setting, p.feeling, p.reasons, p.weekday, p.hour_band, p.role, p.age_band, p.helps, p.thing,
    p.thing_place, p.table_no, p.received_at
FROM pin AS p
ANTI JOIN pin_deleted AS d ON d.event_id = p.event_id AND d.key = p.key
WHERE p.event_id = $event_id
ORDER BY p.received_at, p.key
