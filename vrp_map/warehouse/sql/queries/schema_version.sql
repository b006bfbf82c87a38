-- One row: the version of the tables in this snapshot.
SELECT schema_version FROM meta_snapshot
