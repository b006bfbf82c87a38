-- Events and pins. Rows are added, never changed: the state of an event is its latest row in event_state.

CREATE TABLE event (              -- one row a summit or session
    event_id UUID PRIMARY KEY, code VARCHAR UNIQUE, name VARCHAR, place VARCHAR, starts_on DATE, ends_on DATE,
    areas VARCHAR[],              -- "type:code" of the boundary layers; empty = everything inside the boundaries
    themes VARCHAR[], free_text BOOLEAN, keep_days INTEGER
);

CREATE TABLE event_state (        -- one row a change of an event: open, paused, closed, archived
    event_id UUID, state VARCHAR, changed_at TIMESTAMP,
    nth INTEGER                   -- 1, 2, … of its event: two changes may share a moment
);

CREATE TABLE event_secret (       -- one row an event that is not archived: the key of its contributors' digests
    event_id UUID PRIMARY KEY, secret BLOB
);

CREATE TABLE pin (                -- one row a pin; no coordinate, no address, no name
    event_id UUID, key UUID, contributor BLOB, cells UBIGINT[], setting VARCHAR, feeling VARCHAR, reasons VARCHAR[],
    weekday VARCHAR, hour_band VARCHAR, role VARCHAR, age_band VARCHAR, helps VARCHAR[], thing VARCHAR,
    received_at TIMESTAMP,        -- rounded down to the quarter hour
    delete_digest BLOB,           -- digest of the code that deletes it
    PRIMARY KEY (event_id, key)
);

CREATE TABLE pin_text (           -- one row a pin with free text; never public, read by moderators only
    event_id UUID, key UUID, words VARCHAR, PRIMARY KEY (event_id, key)
);

CREATE TABLE pin_deleted (        -- one row a pin that its contributor took back; the purge removes the pin itself
    event_id UUID, key UUID
);
