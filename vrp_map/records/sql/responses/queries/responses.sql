-- One row is a response as it stands, the latest logged first.
SELECT response_id, version, reference, written_at, written_by, body
FROM response_now
ORDER BY reference DESC
