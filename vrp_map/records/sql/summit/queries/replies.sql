-- One row is the latest answer to a hexagon of the event.
SELECT cell, status, words, owner, answered_on
FROM reply
WHERE event_id = $event_id
QUALIFY row_number() OVER (PARTITION BY cell ORDER BY nth DESC) = 1
ORDER BY cell
