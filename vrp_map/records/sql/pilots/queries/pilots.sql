-- One row is a pilot as it stands, the first reference first.
SELECT pilot_id, version, reference, written_at, written_by, body
FROM pilot_now
ORDER BY reference
