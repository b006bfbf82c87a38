-- Plans by OSARA (objective, scanning, analysis, response, assessment) of pilots and hotspots. Rows are added, never
-- changed: a plan is its latest row, and the rows before it are its history.

CREATE TABLE osara_version (      -- one row a version of a plan
    plan_id UUID, version INTEGER,
    reference VARCHAR,            -- "O2026-01": the year it was made in, and the how manieth of it
    written_at TIMESTAMP, written_by VARCHAR,
    act VARCHAR,                  -- made, changed, closed, reopened
    body VARCHAR,                 -- every field as JSON
    PRIMARY KEY (plan_id, version)
);

CREATE VIEW osara_now AS          -- one row a plan, as it stands
SELECT * FROM osara_version
QUALIFY row_number() OVER (PARTITION BY plan_id ORDER BY version DESC) = 1;
