-- One row: the event with this code, and its latest state.
SELECT e.event_id, e.code, e.name, e.place, e.starts_on, e.ends_on, e.areas, e.themes, e.free_text, e.keep_days,
    (SELECT s.state FROM event_state AS s WHERE s.event_id = e.event_id ORDER BY s.nth DESC LIMIT 1) AS state
FROM event AS e
WHERE e.code = $code
