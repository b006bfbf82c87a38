-- One row: a numbered change that was just made.
INSERT INTO meta_migration VALUES ($name)
