-- One row is a reason and how many records of this snapshot's own loads failed by it (a record may fail several).
SELECT reason, count(*) AS n
FROM (
    SELECT unnest(reasons) AS reason
    FROM quarantine_incident
    WHERE load_id IN (SELECT load_id FROM meta_load WHERE snapshot_id = $snapshot_id)
)
GROUP BY ALL
ORDER BY ALL
