-- One row: this snapshot.
INSERT INTO meta_snapshot VALUES ($snapshot_id, $created_at, $software, $schema_version, $synthetic, $boundaries)
