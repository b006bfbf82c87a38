-- One row is a month, category and cell of resolution $resolution with any incident of the selection.
SELECT
    t.month,
    t.category,
    (p.cell10 & ~(15::UBIGINT << 52)) | ($resolution::UBIGINT << 52)
    | ((1::UBIGINT << (3 * (15 - $resolution))::UBIGINT) - 1) AS cell,
    sum(t.n)::BIGINT AS n
FROM agg_place_month AS t
JOIN core_place AS p USING (place_id)
WHERE
    ($categories IS NULL OR list_contains($categories, t.category))
    AND ($first IS NULL OR t.month >= $first)
    AND ($last IS NULL OR t.month <= $last)
    AND ($sources IS NULL OR list_contains($sources, t.source))
    AND ($areas IS NULL OR t.place_id IN (
        SELECT a.place_id
        FROM core_place_area AS a
        JOIN ref_layer AS l ON l.layer = a.layer AND l.is_current
        WHERE l.type || ':' || a.code IN (SELECT unnest($areas))
    ))
GROUP BY ALL
ORDER BY ALL
