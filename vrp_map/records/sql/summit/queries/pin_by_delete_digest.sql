-- One row is a pin that this code deletes, and whether it is deleted already.
SELECT p.event_id, p.key, d.key IS NOT NULL AS is_deleted
FROM pin AS p
LEFT JOIN pin_deleted AS d ON d.event_id = p.event_id AND d.key = p.key
WHERE p.delete_digest = $digest
