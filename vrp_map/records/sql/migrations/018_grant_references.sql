-- What a grant is known by: a reference that a sheet gave it, or ours. The latest one counts, one that was given before
-- ours; those before it still find the grant.

CREATE TABLE grant_reference (    -- one row a reference of a grant
    reference VARCHAR,            -- "G0001", or as a sheet has it
    grant_id UUID,
    is_given BOOLEAN,             -- by a sheet; else it was assigned here
    written_at TIMESTAMP
);

INSERT INTO grant_reference
SELECT printf('G%04d', row_number() OVER (ORDER BY written_at, length(line_digest), line_digest, grant_id)),
    grant_id, false, written_at
FROM grant_version
WHERE version = 1;

CREATE VIEW grant_known_by AS     -- one row a grant: its reference
SELECT grant_id, reference, is_given
FROM grant_reference
QUALIFY row_number() OVER (PARTITION BY grant_id ORDER BY is_given DESC, written_at DESC, reference DESC) = 1;
