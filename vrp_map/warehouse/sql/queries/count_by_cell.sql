-- One row is a cell of resolution $resolution with any incident of the selection.
SELECT
    (p.cell10 & ~(15::UBIGINT << 52)) | ($resolution::UBIGINT << 52)
    | ((1::UBIGINT << (3 * (15 - $resolution))::UBIGINT) - 1) AS cell,
    sum(t.n)::BIGINT AS n,
    (sum(t.key) % 4294967296)::BIGINT AS key
FROM (
    SELECT place_id, sum(n) AS n, sum(key) AS key
    FROM agg_place_month
    WHERE
        ($categories IS NULL OR list_contains($categories, category))
        AND ($first IS NULL OR month >= $first)
        AND ($last IS NULL OR month <= $last)
        AND ($sources IS NULL OR list_contains($sources, source))
        AND place_id IS NOT NULL
        AND ($areas IS NULL OR place_id IN (
            SELECT a.place_id
            FROM core_place_area AS a
            JOIN ref_layer AS l ON l.layer = a.layer AND l.is_current
            WHERE l.type || ':' || a.code IN (SELECT unnest($areas))
        ))
    GROUP BY place_id
) AS t
JOIN core_place AS p USING (place_id)
GROUP BY ALL
ORDER BY cell
