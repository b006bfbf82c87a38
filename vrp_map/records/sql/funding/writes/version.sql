-- One row: a version of a grant.
INSERT INTO grant_version
VALUES ($grant_id, $version, $written_at, $written_by, $act, $line_digest, $body)
