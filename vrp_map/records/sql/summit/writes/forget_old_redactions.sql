-- Redactions that no longer count go too; those that wait for a second person stay.
DELETE FROM text_redaction
WHERE (event_id, key, nth) IN (
    SELECT (r.event_id, r.key, r.nth)
    FROM text_redaction AS r
    JOIN text_state AS s ON s.event_id = r.event_id AND s.key = r.key
    WHERE s.decided_at <= $before AND s.state <> 'half' AND (s.state <> 'redact' OR s.nth <> r.nth)
)
