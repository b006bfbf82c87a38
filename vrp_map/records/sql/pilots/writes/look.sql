-- One row: a time that a pilot was judged.
INSERT INTO pilot_look
VALUES ($pilot_id, $version, $written_at, $written_by, $data_until, $verdict, $sentence, $body)
