-- One row: the free text of a pin.
INSERT INTO pin_text VALUES ($event_id, $key, $words)
