-- One row: a pin that was taken back.
INSERT INTO pin_deleted VALUES ($event_id, $key)
