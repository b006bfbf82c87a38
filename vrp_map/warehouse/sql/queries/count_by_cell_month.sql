-- One row is a month with any incident of the selection in cell $cell of resolution $resolution.
SELECT month, category, sum(n)::BIGINT AS n
FROM agg_place_month
WHERE
    ($categories IS NULL OR category IN (SELECT unnest($categories)))
    AND ($first IS NULL OR month >= $first)
    AND ($last IS NULL OR month <= $last)
    AND ($sources IS NULL OR source IN (SELECT unnest($sources)))
    AND place_id IN (
        SELECT place_id FROM core_place
        WHERE (cell10 & ~(15::UBIGINT << 52)) | ($resolution::UBIGINT << 52)
            | ((1::UBIGINT << (3 * (15 - $resolution))::UBIGINT) - 1) IN (SELECT unnest($cells))
    )
GROUP BY ALL
ORDER BY ALL
