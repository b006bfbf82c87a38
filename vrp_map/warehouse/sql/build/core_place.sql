-- One row is as the table says (schema.sql); the frame was made in Python.
INSERT INTO core_place BY NAME SELECT * FROM frame
