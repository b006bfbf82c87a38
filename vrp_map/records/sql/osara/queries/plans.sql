-- One row is a plan as it stands, the first reference first.
SELECT plan_id, version, reference, written_at, written_by, body
FROM osara_now
ORDER BY reference
