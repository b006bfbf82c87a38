-- One row: how many incidents the selection holds, how many of them are on no map, and their grades and sources.
SELECT
    coalesce(sum(n), 0)::BIGINT AS incidents,
    coalesce(sum(n) FILTER (place_id IS NULL), 0)::BIGINT AS unlocated,
    coalesce(sum(n) FILTER (place_id IS NOT NULL AND NOT p.is_inside), 0)::BIGINT AS outside,
    coalesce(sum(key) % 4294967296, 0)::BIGINT AS incidents_key,
    coalesce(sum(key) FILTER (place_id IS NULL) % 4294967296, 0)::BIGINT AS unlocated_key,
    coalesce(sum(key) FILTER (place_id IS NOT NULL AND NOT p.is_inside) % 4294967296, 0)::BIGINT AS outside_key,
    list_sort(list(DISTINCT grade)) AS grades,
    list_sort(list(DISTINCT source)) AS sources
FROM agg_place_month
LEFT JOIN core_place AS p USING (place_id)
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
