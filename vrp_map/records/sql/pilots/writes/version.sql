-- One row: a version of a pilot.
INSERT INTO pilot_version
VALUES ($pilot_id, $version, $reference, $written_at, $written_by, $act, $why, $body)
