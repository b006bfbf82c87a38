-- One row is a free text of the event, for moderators only.
SELECT key, words FROM pin_text WHERE event_id = $event_id ORDER BY key
