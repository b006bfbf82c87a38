-- Take the records of file $load_id out of the stage again.
INSERT INTO stage.dropped VALUES ($load_id)
