-- One row: whether this snapshot keeps warnings; those of version 1 do not.
SELECT count(*) > 0 AS found FROM duckdb_tables() WHERE database_name = current_database() AND table_name = 'meta_warning'
