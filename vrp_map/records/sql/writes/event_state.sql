-- One row: a change of an event.
INSERT INTO event_state VALUES ($event_id, $state, $changed_at)
