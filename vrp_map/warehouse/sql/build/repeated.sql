-- One row is a good record whose id was already taken by an earlier record of the same source, publisher and month, and
-- which file took it. Two publishers number their incidents each for themselves; so do two suppliers whose files do not
-- name them, and then most of the ids that two files share stand on incidents of other times and places: `is_stranger`.
CREATE TEMP TABLE same_id AS
WITH kept AS (
    SELECT
        i.source, coalesce(i.publisher, '') AS publisher, i.month, i.id_key, i.load_id, i.line, false AS is_new,
        i.occurred_from, i.location_id
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
    SELECT
        s.source, coalesce(s.publisher, ''), s.month, s.id_key, s.load_id, s.line, true, s.occurred_from,
        map_point.location_id
    FROM stage.incident AS s
    LEFT JOIN map_point ON map_point.crs = s.crs AND map_point.point_kept = s.point_kept
        AND map_point.x = s.x AND map_point.y = s.y
    WHERE s.reasons IS NULL AND s.id_key IS NOT NULL
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
        row_number() OVER taken AS nth,
        location_id IS DISTINCT FROM first_value(location_id) OVER taken
        AND (occurred_from IS NULL OR occurred_from IS DISTINCT FROM first_value(occurred_from) OVER taken)
            AS is_other,
        location_id IS DISTINCT FROM first_value(location_id) OVER taken
        OR occurred_from IS DISTINCT FROM first_value(occurred_from) OVER taken AS is_changed
    FROM seen
    SEMI JOIN suspect USING (id_key)
    WINDOW taken AS (PARTITION BY source, publisher, month, id_key ORDER BY is_new, load_id, line)
)
SELECT
    load_id, line, first_load, first_line, is_changed,
    load_id <> first_load
    AND 2 * count(*) FILTER (is_other) OVER (PARTITION BY load_id, first_load) > count(*) OVER (
        PARTITION BY load_id, first_load
    ) AS is_stranger
FROM ordered
WHERE nth > 1 AND is_new
