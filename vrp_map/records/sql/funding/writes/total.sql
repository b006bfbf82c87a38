-- One row: a total that a sheet stated, beside the sum of its lines.
INSERT INTO grant_total
VALUES ($written_at, $written_by, $sheet, $line, $total_of, $stated, $found)
