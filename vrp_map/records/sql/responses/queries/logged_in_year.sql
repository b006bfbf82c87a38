-- One row: how many responses have a reference of this year.
SELECT count(DISTINCT response_id) FROM response_version WHERE starts_with(reference, $prefix)
