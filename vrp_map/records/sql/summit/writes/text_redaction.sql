-- One row: the words that a redaction keeps.
INSERT INTO text_redaction VALUES ($event_id, $key, $nth, $words)
