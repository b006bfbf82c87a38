-- One row: a version of a response.
INSERT INTO response_version
VALUES ($response_id, $version, $reference, $written_at, $written_by, $act, $past_flags, $lad, $body)
