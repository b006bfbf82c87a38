-- One row: an act on a scenario.
INSERT INTO scenario_version
VALUES ($scenario_id, $version, $reference, $written_at, $written_by, $act, $body)
