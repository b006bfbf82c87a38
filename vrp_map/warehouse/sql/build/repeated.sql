-- One row is a good record whose id was already taken by an earlier record of the same source, publisher and month:
-- two publishers number their incidents each for themselves.
CREATE TEMP TABLE repeated AS
WITH kept AS (
    SELECT i.source, coalesce(i.publisher, '') AS publisher, i.month, i.id_key, i.load_id, i.line, false AS is_new
    FROM previous.core_incident AS i
    ANTI JOIN replaced AS r
        ON r.source = i.source AND r.publisher = coalesce(i.publisher, '') AND r.month = i.month
    SEMI JOIN (SELECT DISTINCT source, month FROM stage.incident) AS s
        ON s.source = i.source AND s.month = i.month
    WHERE i.id_key IS NOT NULL
),
seen AS (
    SELECT * FROM kept
    UNION ALL
    SELECT source, coalesce(publisher, ''), month, id_key, load_id, line, true FROM stage.incident
    WHERE reasons IS NULL AND id_key IS NOT NULL
),
-- Few ids are seen twice at all: only theirs are looked at more closely.
suspect AS (
    SELECT id_key FROM seen GROUP BY id_key HAVING count(*) > 1
),
ordered AS (
    SELECT
        seen.load_id, seen.line, seen.is_new,
        first_value(seen.load_id) OVER taken AS first_load,
        first_value(seen.line) OVER taken AS first_line,
        row_number() OVER taken AS nth
    FROM seen
    SEMI JOIN suspect USING (id_key)
    WINDOW taken AS (PARTITION BY source, publisher, month, id_key ORDER BY is_new, load_id, line)
)
SELECT load_id, line, first_load, first_line FROM ordered WHERE nth > 1 AND is_new
