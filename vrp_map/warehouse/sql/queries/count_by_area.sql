-- One row is an area of the current layer of type $type, with its incidents of the selection (zero included).
SELECT r.code, r.name, r.population, coalesce(t.n, 0)::BIGINT AS n, coalesce(t.key, 0)::BIGINT AS key
FROM ref_area AS r
JOIN ref_layer AS l ON l.layer = r.layer AND l.is_current AND l.type = $type
LEFT JOIN (
    SELECT a.layer, a.code, sum(n) AS n, sum(key) % 4294967296 AS key
    FROM agg_place_month
    JOIN core_place_area AS a USING (place_id)
    WHERE
        ($categories IS NULL OR list_contains($categories, category))
        AND ($first IS NULL OR month >= $first)
        AND ($last IS NULL OR month <= $last)
        AND ($sources IS NULL OR list_contains($sources, source))
        AND ($areas IS NULL OR place_id IN (
            SELECT a.place_id
            FROM core_place_area AS a
            JOIN ref_layer AS l ON l.layer = a.layer AND l.is_current
            WHERE l.type || ':' || a.code IN (SELECT unnest($areas))
        ))
    GROUP BY ALL
) AS t ON t.layer = r.layer AND t.code = r.code
WHERE $areas IS NULL OR t.n > 0
ORDER BY r.name, r.code
