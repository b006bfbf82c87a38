-- One row: an act.
INSERT INTO audit VALUES ($happened_at, $who, $act, $subject)
