-- One row is a table of the file that is open.
SELECT table_name FROM duckdb_tables() WHERE NOT internal
