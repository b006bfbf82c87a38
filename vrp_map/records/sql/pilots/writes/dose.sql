-- One row a visit; one that is there already adds nothing.
INSERT OR IGNORE INTO pilot_dose
SELECT $pilot_id, unnest($digests), $written_at, $written_by, unnest($bodies)
