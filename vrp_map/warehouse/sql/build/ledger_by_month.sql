-- One row is a month and the incidents that this snapshot's own loads brought for it.
SELECT strftime(month, '%Y-%m') AS month, count(*) AS n
FROM core_incident
WHERE load_id IN (SELECT load_id FROM meta_load WHERE snapshot_id = $snapshot_id)
GROUP BY ALL
ORDER BY ALL
