-- One row is a version of one response, the first one first.
SELECT version, written_at, written_by, act, past_flags, body
FROM response_version
WHERE response_id = $response_id
ORDER BY version
