-- One row is a version of a pilot, the first one first.
SELECT version, written_at, written_by, act, why, body
FROM pilot_version
WHERE pilot_id = $pilot_id
ORDER BY version
