-- One row is a line of a sheet that is a grant already.
SELECT DISTINCT line_digest FROM grant_version WHERE line_digest <> ''
