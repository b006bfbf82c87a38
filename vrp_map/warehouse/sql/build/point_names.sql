-- One row is a location of this build and the name most of its records give it.
SELECT location_id, arg_max(place, n) AS name
FROM (
    SELECT map_point.location_id, place, count(*) AS n
    FROM stage.incident
    JOIN map_point USING (crs, point_kept, x, y)
    WHERE reasons IS NULL AND place IS NOT NULL
    GROUP BY ALL
    ORDER BY place
)
GROUP BY location_id
