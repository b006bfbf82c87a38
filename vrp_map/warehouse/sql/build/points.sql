-- One row is a distinct point of this build's good records.
SELECT crs, point_kept, x, y
FROM stage.incident
WHERE reasons IS NULL AND x IS NOT NULL
GROUP BY ALL
