-- One row: the key of the event's digests; none once the event is archived.
SELECT secret
FROM event_secret AS s
WHERE event_id = $event_id
    AND NOT EXISTS (SELECT 1 FROM event_state AS t WHERE t.event_id = s.event_id AND t.state = 'archived')
