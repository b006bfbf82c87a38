-- One row: the latest value of a setting of the event; none where it was never set.
SELECT value FROM event_setting WHERE event_id = $event_id AND name = $name ORDER BY nth DESC LIMIT 1
