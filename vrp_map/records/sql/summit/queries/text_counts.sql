-- One row is a state and how many free texts of the event are in it.
SELECT state, count(*) AS n
FROM text_state
WHERE event_id = $event_id
GROUP BY state
