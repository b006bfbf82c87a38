-- One row: whether this pin is kept already, and how many its contributor has at this event.
SELECT
    count(*) FILTER (key = $key) > 0 AS is_known,
    count(*) FILTER (contributor = $contributor) AS of_contributor
FROM pin
WHERE event_id = $event_id AND (key = $key OR contributor = $contributor)
