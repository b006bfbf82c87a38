-- One row is a file that was staged and is refused after all.
CREATE TABLE stage.dropped (load_id INTEGER)
