-- One row is a category: its incidents, and how many of them have no place.
SELECT category, sum(n)::BIGINT AS n, coalesce(sum(n) FILTER (place_id IS NULL), 0)::BIGINT AS unlocated
FROM agg_place_month
GROUP BY ALL
ORDER BY unlocated DESC, category
