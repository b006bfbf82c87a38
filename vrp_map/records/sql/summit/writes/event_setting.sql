-- One row: a change of a setting of an event.
INSERT INTO event_setting
SELECT $event_id, $name, $value, 1 + count(*), $who, $now FROM event_setting
WHERE event_id = $event_id AND name = $name
