-- One row: the sums over this snapshot's own loads.
SELECT count(*), coalesce(sum(rows_read), 0), coalesce(sum(rows_accepted), 0), coalesce(sum(rows_quarantined), 0)
FROM meta_load
WHERE snapshot_id = $snapshot_id
