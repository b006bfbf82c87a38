-- Responses. Rows are added, never changed: a response is its latest row, and the rows before it are its history.

CREATE TABLE response_version (   -- one row a version of a response
    response_id UUID, version INTEGER,
    reference VARCHAR,            -- "R2026-0041": the year it was logged in, and the how manieth of it
    written_at TIMESTAMP, written_by VARCHAR,
    act VARCHAR,                  -- logged, imported, changed, closed, reopened
    past_flags VARCHAR[],         -- kinds of personal detail that the writer was told of and kept all the same
    lad VARCHAR,                  -- code of the local authority, '' where nobody knows it
    body VARCHAR,                 -- every field as JSON
    PRIMARY KEY (response_id, version)
);

CREATE TABLE response_import (    -- one row a line of a sheet that became a response: the same line adds nothing twice
    line_digest VARCHAR, response_id UUID
);

CREATE VIEW response_now AS       -- one row a response, as it stands
SELECT * FROM response_version
QUALIFY row_number() OVER (PARTITION BY response_id ORDER BY version DESC) = 1;
