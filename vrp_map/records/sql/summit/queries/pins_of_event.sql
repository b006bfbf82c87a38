-- One row is a pin of the event that was not taken back, of a contributor who counts: one who is not extra in all that
-- they sent, or anybody where the event has one address for everyone.
SELECT p.contributor, p.cells, p.setting, p.feeling, p.reasons, p.weekday, p.hour_band, p.role, p.age_band, p.helps, p.thing,
    p.thing_place, p.table_no, p.received_at
FROM pin AS p
ANTI JOIN pin_deleted AS d ON d.event_id = p.event_id AND d.key = p.key
WHERE p.event_id = $event_id
QUALIFY NOT bool_and(p.is_extra) OVER (PARTITION BY p.contributor) OR EXISTS (
    SELECT 1 FROM event_setting AS s WHERE s.event_id = $event_id AND s.name = 'one-address'
    HAVING arg_max(s.value, s.nth) = 'yes'
)
ORDER BY p.received_at, p.key
