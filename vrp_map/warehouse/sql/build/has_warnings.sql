-- One row: whether the previous snapshot keeps warnings; those of version 1 do not.
SELECT count(*) > 0 FROM duckdb_tables() WHERE database_name = 'previous' AND table_name = 'meta_warning'
