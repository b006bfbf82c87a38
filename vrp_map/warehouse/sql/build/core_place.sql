-- One row is a place of `frame`, and whether any local authority holds it (any area, where no such layer is loaded).
INSERT INTO core_place
SELECT
    f.place_id,
    f.cell10,
    f.place_id IN (
        SELECT a.place_id
        FROM core_place_area AS a
        JOIN ref_layer AS l ON l.layer = a.layer
        WHERE (l.type = 'lad' AND l.is_current) OR 'lad' NOT IN (SELECT type FROM ref_layer)
    ) AS is_inside
FROM frame AS f
ORDER BY f.place_id
