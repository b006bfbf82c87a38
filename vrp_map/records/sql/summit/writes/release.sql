-- One row: a batch that everyone may see.
INSERT INTO release VALUES ($event_id, $number, $released_at, $contributors, $clump)
