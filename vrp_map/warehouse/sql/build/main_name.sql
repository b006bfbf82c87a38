-- One row: the name DuckDB gave to the database file that is being built.
SELECT current_database()
