-- One row is a time that a pilot was judged, the first one first; of one pilot or of all.
SELECT pilot_id, version, written_at, written_by, body
FROM pilot_look
WHERE $pilot_id IS NULL OR pilot_id = $pilot_id
ORDER BY written_at, data_until
