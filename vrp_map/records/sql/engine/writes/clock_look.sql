-- One row: a start, or a look at the clock.
INSERT INTO clock_look VALUES ($looked_at, $is_believed)
