-- One row is a text in the safeguarding lane, without its words: since when, and how its log stands; oldest first.
SELECT s.key, s.received_at, s.decided_at, s.by_whom,
    (SELECT count(*) FROM safeguarding_log AS g WHERE g.event_id = s.event_id AND g.key = s.key) AS entries,
    coalesce((
        SELECT g.entry FROM safeguarding_log AS g
        WHERE g.event_id = s.event_id AND g.key = s.key AND g.entry IN ('closed', 'reopened')
        ORDER BY g.nth DESC LIMIT 1
    ), '') = 'closed' AS is_closed
FROM text_state AS s
WHERE s.event_id = $event_id AND s.state = 'safeguard'
ORDER BY s.decided_at, s.key
