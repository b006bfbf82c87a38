-- One row is a scenario as it stands, the first reference first.
SELECT scenario_id, version, reference, saved_at, saved_by, signed_at, signed_by, body
FROM scenario_now
ORDER BY reference
