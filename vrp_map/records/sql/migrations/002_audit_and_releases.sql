-- Who did what with the records, and what was let out of them.

CREATE TABLE audit (              -- one row an act of a member of staff; names no young person and holds no text of theirs
    happened_at TIMESTAMP, who VARCHAR, act VARCHAR,
    subject VARCHAR               -- the code of an event, or the key of a pin
);

CREATE TABLE release (            -- one row a batch that everyone may see
    event_id UUID, number INTEGER, released_at TIMESTAMP, contributors INTEGER, PRIMARY KEY (event_id, number)
);

CREATE TABLE release_count (      -- one row a count of a release: contributors, never under the k of its time
    event_id UUID, number INTEGER, kind VARCHAR, what VARCHAR, n INTEGER
);
