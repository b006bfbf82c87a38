-- One row: a reference of a grant.
INSERT INTO grant_reference
VALUES ($reference, $grant_id, $is_given, $written_at)
