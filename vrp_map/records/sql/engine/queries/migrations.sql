-- One row is a numbered change that this file has had.
SELECT name FROM meta_migration
