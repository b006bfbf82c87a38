-- One row is as the table says (schema.sql); the frame was made in Python.
INSERT INTO core_location BY NAME SELECT * FROM frame
