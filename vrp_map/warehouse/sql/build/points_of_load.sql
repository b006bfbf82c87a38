-- One row is a distinct point of the file $load_id, as the file gives it; enough of them to tell what is wrong.
SELECT DISTINCT crs, x, y
FROM stage.incident
WHERE load_id = $load_id AND reasons IS NULL AND x IS NOT NULL
ORDER BY x, y
LIMIT 1000
