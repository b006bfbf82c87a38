-- One row: how many pilots have a reference of a year.
SELECT count(*) FROM pilot_now WHERE starts_with(reference, $prefix)
