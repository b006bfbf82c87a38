-- One row: the latest version of a scenario, its reference, and when it was signed off; none where it is new.
SELECT version, reference, signed_at, body FROM scenario_now WHERE scenario_id = $scenario_id
