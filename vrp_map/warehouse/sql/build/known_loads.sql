-- One row is a file that the previous snapshot took, and whether other publications have replaced all of it.
SELECT load_id, file, sha256, synthetic, rows_accepted > 0 AND rows_replaced >= rows_accepted AS is_gone
FROM previous.meta_load
ORDER BY load_id
