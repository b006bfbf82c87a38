-- One row: how many plans have a reference of a year.
SELECT count(*) FROM osara_now WHERE starts_with(reference, $prefix)
