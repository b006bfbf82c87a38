-- The free text of a pin that was taken back goes at once.
DELETE FROM pin_text WHERE event_id = $event_id AND key = $key
