-- Scenarios of allocations. Rows are added, never changed: a scenario is its first row, and what became of it are the
-- rows after it.

CREATE TABLE scenario_version (   -- one row an act on a scenario
    scenario_id UUID, version INTEGER,
    reference VARCHAR,            -- "F2026-01": the year it was saved in, and its number there
    written_at TIMESTAMP, written_by VARCHAR,
    act VARCHAR,                  -- saved, signed off
    body VARCHAR,                 -- what was shared out, how, on which data, as JSON; the same in every row
    PRIMARY KEY (scenario_id, version)
);

CREATE VIEW scenario_now AS       -- one row a scenario, as it stands
SELECT
    scenario_id, max(version) AS version, min(reference) AS reference,
    min(written_at) AS saved_at, arg_min(written_by, version) AS saved_by,
    max(written_at) FILTER (act = 'signed off') AS signed_at,
    arg_max(written_by, version) FILTER (act = 'signed off') AS signed_by,
    arg_min(body, version) AS body
FROM scenario_version
GROUP BY scenario_id;
