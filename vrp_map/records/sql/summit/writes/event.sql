-- One row: a new event.
INSERT INTO event VALUES
($event_id, $code, $name, $place, $starts_on, $ends_on, $areas, $themes, $free_text, $keep_days)
