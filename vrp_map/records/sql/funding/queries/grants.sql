-- One row is a grant as it stands, the latest written last.
SELECT grant_id, version, written_at, written_by, body
FROM grant_now
ORDER BY written_at, grant_id
