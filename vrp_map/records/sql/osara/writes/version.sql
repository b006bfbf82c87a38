-- One row: a version of a plan.
INSERT INTO osara_version
VALUES ($plan_id, $version, $reference, $written_at, $written_by, $act, $body)
