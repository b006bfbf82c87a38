-- One row: a visit; one that is there already adds nothing.
INSERT OR IGNORE INTO pilot_dose
VALUES ($pilot_id, $line_digest, $written_at, $written_by, $body)
