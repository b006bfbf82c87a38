-- One row is an entry of the log of a text in the safeguarding lane, in order.
SELECT entry, note, by_whom, happened_at
FROM safeguarding_log
WHERE event_id = $event_id AND key = $key
ORDER BY nth
