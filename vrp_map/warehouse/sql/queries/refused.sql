-- One row is a refused record: where it stands, what it failed, and the columns we read of it.
SELECT m.file, q.line, q.reasons, q.record
FROM quarantine_incident AS q
JOIN meta_load AS m USING (load_id)
WHERE $reason IS NULL OR list_contains(q.reasons, $reason)
ORDER BY q.load_id, q.line
LIMIT $rows
