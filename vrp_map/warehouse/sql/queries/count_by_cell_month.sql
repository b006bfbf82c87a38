-- One row is a month and category with any incident of the selection in the cells $cells of resolution $resolution.
SELECT month, category, sum(n)::BIGINT AS n, (sum(key) % 4294967296)::BIGINT AS key
FROM agg_place_month
WHERE
    ($categories IS NULL OR list_contains($categories, category))
    AND ($first IS NULL OR month >= $first)
    AND ($last IS NULL OR month <= $last)
    AND ($sources IS NULL OR list_contains($sources, source))
    AND place_id IN (
        SELECT place_id FROM core_place
        WHERE (cell10 & ~(15::UBIGINT << 52)) | ($resolution::UBIGINT << 52)
            | ((1::UBIGINT << (3 * (15 - $resolution))::UBIGINT) - 1) IN (SELECT unnest($cells))
    )
    AND ($areas IS NULL OR place_id IN (
        SELECT a.place_id
        FROM core_place_area AS a
        JOIN ref_layer AS l ON l.layer = a.layer AND l.is_current
        WHERE l.type || ':' || a.code IN (SELECT unnest($areas))
    ))
GROUP BY ALL
ORDER BY ALL
