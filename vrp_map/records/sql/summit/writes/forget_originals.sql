-- What was rejected or redacted goes for good once it can no longer be undone.
DELETE FROM pin_text
WHERE (event_id, key) IN (
    SELECT (s.event_id, s.key) FROM text_state AS s WHERE s.state IN ('reject', 'redact') AND s.decided_at <= $before
)
