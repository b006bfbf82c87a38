-- One row is a file that was taken.
SELECT load_id, source, layout, file, loaded_at, rows_read, rows_accepted, rows_quarantined, rows_replaced
FROM meta_load
ORDER BY load_id
