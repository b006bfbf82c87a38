-- One row is one record of a file of this build; the parts are Parquet files in a folder.
CREATE VIEW stage.incident AS
SELECT * FROM read_parquet(getvariable('stage_parts')) ANTI JOIN stage.dropped USING (load_id)
