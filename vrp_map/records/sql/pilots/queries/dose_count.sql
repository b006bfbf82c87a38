-- One row: how many visits a pilot has.
SELECT count(*) FROM pilot_dose WHERE pilot_id = $pilot_id
