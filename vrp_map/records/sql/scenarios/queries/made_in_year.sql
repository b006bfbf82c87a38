-- One row: how many scenarios have a reference of a year.
SELECT count(*) FROM scenario_now WHERE starts_with(reference, $prefix)
