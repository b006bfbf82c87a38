-- One row: a batch that everybody may see.
INSERT INTO release VALUES ($event_id, $number, $released_at, $contributors, $clump)
