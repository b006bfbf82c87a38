-- One row is a numbered change that this file has had.
CREATE TABLE IF NOT EXISTS meta_migration (name VARCHAR PRIMARY KEY)
