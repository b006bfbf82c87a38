-- Pilots. Rows are added, never changed: a pilot is its latest row, and the rows before it are its history.

CREATE TABLE pilot_version (      -- one row a version of a pilot
    pilot_id UUID, version INTEGER,
    reference VARCHAR,            -- "P2026-01": the year it was recorded in, and the how manieth of it
    written_at TIMESTAMP, written_by VARCHAR,
    act VARCHAR,                  -- recorded, imported, changed, approved, amended, decided, signed off, withdrawn
    why VARCHAR,                  -- of a change after the approval; else ''
    body VARCHAR,                 -- every field as JSON
    PRIMARY KEY (pilot_id, version)
);

CREATE TABLE pilot_dose (         -- one row a visit: place, day, minutes, people; never a track
    pilot_id UUID,
    line_digest VARCHAR,          -- of the visit: the same one adds nothing twice
    written_at TIMESTAMP, written_by VARCHAR,
    body VARCHAR,
    PRIMARY KEY (pilot_id, line_digest)
);

CREATE TABLE pilot_look (         -- one row a time that a pilot was judged on other data than before
    pilot_id UUID, version INTEGER,
    written_at TIMESTAMP, written_by VARCHAR,
    data_until DATE,              -- the last whole month that was counted
    verdict VARCHAR, sentence VARCHAR,
    body VARCHAR                  -- counts, intervals, months as JSON
);

CREATE VIEW pilot_now AS          -- one row a pilot, as it stands
SELECT * FROM pilot_version
QUALIFY row_number() OVER (PARTITION BY pilot_id ORDER BY version DESC) = 1;
