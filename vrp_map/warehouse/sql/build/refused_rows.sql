-- One row: how many rows of file $load_id failed a rule.
SELECT count(*) FROM stage.incident WHERE load_id = $load_id AND reasons IS NOT NULL
