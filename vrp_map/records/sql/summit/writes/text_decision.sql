-- One row: a decision about a text; gives its number back.
INSERT INTO text_decision
SELECT $event_id, $key, 1 + count(*), $decision, $needs, $who, $now FROM text_decision
WHERE event_id = $event_id AND key = $key
RETURNING nth
