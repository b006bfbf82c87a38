-- No row, or one: whether the pin with this key is of this contributor, and said the same, as far as that was recorded.
SELECT contributor = $contributor AND coalesce(body_digest = $body_digest, true) AS is_same
FROM pin
WHERE event_id = $event_id AND key = $key
