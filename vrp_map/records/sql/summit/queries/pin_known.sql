-- One row: whether this pin is kept already, or was taken back, and how many its contributor has at this event.
SELECT
    count(*) FILTER (key = $key) > 0
    OR EXISTS (SELECT 1 FROM pin_deleted WHERE event_id = $event_id AND key = $key) AS is_known,
    count(*) FILTER (contributor = $contributor) AS of_contributor
FROM pin
WHERE event_id = $event_id AND (key = $key OR contributor = $contributor)
