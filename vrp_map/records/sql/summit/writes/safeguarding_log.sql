-- One row: an entry of the log of a text in the safeguarding lane.
INSERT INTO safeguarding_log
SELECT $event_id, $key, 1 + count(*), $entry, $note, $who, $now FROM safeguarding_log
WHERE event_id = $event_id AND key = $key
