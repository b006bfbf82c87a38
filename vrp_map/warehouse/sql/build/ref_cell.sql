-- One row is as the table says (schema.sql); the frame was made in Python.
INSERT INTO ref_cell BY NAME SELECT * FROM frame
