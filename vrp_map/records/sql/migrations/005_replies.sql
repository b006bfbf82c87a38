-- "You said, we did": what the partnership answers to a hexagon of an event. Rows are added; the latest counts.

CREATE TABLE reply (              -- one row an answer, or a change of one
    event_id UUID, cell VARCHAR,  -- a cell of a release of the event, as text
    nth INTEGER,                  -- 1, 2, … of its hexagon
    status VARCHAR,               -- heard, planned, doing, done, cannot
    words VARCHAR, owner VARCHAR, -- the owner is an organisation, never a person
    answered_on DATE, PRIMARY KEY (event_id, cell, nth)
);
