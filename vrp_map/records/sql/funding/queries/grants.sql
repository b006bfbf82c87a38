-- One row is a grant as it stands, in the order in which they came, and of one sheet that of its equal lines.
SELECT g.grant_id, g.version, g.written_at, g.written_by, g.body, k.reference, k.is_given
FROM grant_now AS g
JOIN grant_version AS f ON f.grant_id = g.grant_id AND f.version = 1
JOIN grant_known_by AS k ON k.grant_id = g.grant_id
ORDER BY f.written_at, length(f.line_digest), f.line_digest, g.grant_id
