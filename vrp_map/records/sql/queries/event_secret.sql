-- One row: the key of the event's digests; none once the event is archived.
SELECT secret FROM event_secret WHERE event_id = $event_id
