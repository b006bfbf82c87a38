-- One row: file $load_id, taken out of the stage again.
INSERT INTO stage.dropped VALUES ($load_id)
