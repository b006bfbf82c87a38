-- The redacted words of a pin that was taken back go at once.
DELETE FROM text_redaction WHERE event_id = $event_id AND key = $key
