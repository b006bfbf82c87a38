-- One row is a text of somebody's latest act that may still be undone; nobody has opened it in the safeguarding lane.
SELECT s.key
FROM text_state AS s
WHERE s.event_id = $event_id AND s.by_whom = $who AND s.decision <> 'reopen' AND s.decided_at > $after
    AND NOT EXISTS (
        SELECT 1 FROM safeguarding_log AS g WHERE g.event_id = s.event_id AND g.key = s.key
        AND s.decision = 'safeguard'
    )
QUALIFY s.decided_at = max(s.decided_at) OVER ()
ORDER BY s.key
