-- Grants. Rows are added, never changed: a grant is its latest row, and the rows before it are its history.

CREATE TABLE grant_version (      -- one row a version of a grant
    grant_id UUID, version INTEGER,
    written_at TIMESTAMP, written_by VARCHAR,
    act VARCHAR,                  -- imported, changed
    line_digest VARCHAR,          -- of the line of a sheet that it came from: the same line adds nothing twice
    body VARCHAR,                 -- every field as JSON
    PRIMARY KEY (grant_id, version)
);

CREATE TABLE grant_total (        -- one row a total that a sheet stated, beside the sum of its lines
    written_at TIMESTAMP, written_by VARCHAR, sheet VARCHAR, line INTEGER,
    total_of VARCHAR, stated DECIMAL(18, 2), found DECIMAL(18, 2)
);

CREATE VIEW grant_now AS          -- one row a grant, as it stands
SELECT * FROM grant_version
QUALIFY row_number() OVER (PARTITION BY grant_id ORDER BY version DESC) = 1;
