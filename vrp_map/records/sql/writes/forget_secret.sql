-- Without it nobody can tell which pins came from one phone sent again.
DELETE FROM event_secret WHERE event_id = $event_id
