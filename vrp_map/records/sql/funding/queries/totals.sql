-- One row is a total that a sheet stated and its lines do not add up to, the latest first.
SELECT sheet, line, total_of, stated, found
FROM grant_total
WHERE stated <> found
ORDER BY written_at DESC, line
