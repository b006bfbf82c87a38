-- One row is the key of a pin of the event, taken back or not.
SELECT key FROM pin WHERE event_id = $event_id ORDER BY key
