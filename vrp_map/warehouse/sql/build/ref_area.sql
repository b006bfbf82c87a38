-- One row is as the table says (schema.sql); the frame was made in Python.
INSERT INTO ref_area BY NAME SELECT * FROM frame
