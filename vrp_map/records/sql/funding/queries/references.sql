-- One row is a reference that a grant has or had.
SELECT reference, grant_id, is_given FROM grant_reference ORDER BY written_at, reference
