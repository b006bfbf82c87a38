-- One row: the snapshot.
SELECT
    snapshot_id, created_at, synthetic, boundaries,
    (SELECT min(month) FROM agg_place_month) AS first_month,
    (SELECT max(month) FROM agg_place_month) AS last_month,
    (SELECT coalesce(sum(n), 0)::BIGINT FROM agg_place_month) AS incidents,
    (SELECT list_sort(list(DISTINCT source)) FROM agg_place_month) AS sources,
    (SELECT max(grade) FROM agg_place_month) AS grade
FROM meta_snapshot
