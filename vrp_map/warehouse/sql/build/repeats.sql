-- One row is a record that is refused because its incident was taken before.
CREATE TEMP VIEW repeated AS
SELECT load_id, line, first_load, first_line FROM same_id WHERE NOT is_stranger
