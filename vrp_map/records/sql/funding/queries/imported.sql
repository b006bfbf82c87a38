-- One row is a line of a sheet and the grant that it is.
SELECT line_digest, arg_max(grant_id, (written_at, version)) FROM grant_version WHERE line_digest <> '' GROUP BY line_digest
