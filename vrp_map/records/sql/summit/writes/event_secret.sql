-- One row: the key of an event's digests.
INSERT INTO event_secret VALUES ($event_id, $secret)
