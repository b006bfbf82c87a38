-- One row is a version of a plan, the first one first.
SELECT version, written_at, written_by, act, body
FROM osara_version
WHERE plan_id = $plan_id
ORDER BY version
