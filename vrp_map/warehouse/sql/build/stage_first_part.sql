-- A part without rows, so that there is always one.
COPY stage.part TO $part (FORMAT parquet)
