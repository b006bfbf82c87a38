-- One row: an answer to a hexagon.
INSERT INTO reply
SELECT $event_id, $cell, 1 + count(*), $status, $words, $owner, $answered_on
FROM reply
WHERE event_id = $event_id AND cell = $cell
