-- One row: a change of an event.
INSERT INTO event_state
SELECT $event_id, $state, $changed_at, 1 + count(*) FROM event_state WHERE event_id = $event_id
