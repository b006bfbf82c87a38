-- One row is a visit of a pilot.
SELECT body FROM pilot_dose WHERE pilot_id = $pilot_id ORDER BY line_digest
