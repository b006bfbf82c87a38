-- One row: the latest version of a pilot and its reference; none where it is new.
SELECT version, reference FROM pilot_now WHERE pilot_id = $pilot_id
