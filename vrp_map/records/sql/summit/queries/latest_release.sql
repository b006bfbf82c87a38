-- One row is a count of the event's latest release; a release without any has one row whose kind is null.
SELECT r.number, r.released_at, r.contributors, r.clump, c.kind, c.what, c.n, coalesce(c.total, r.contributors) AS total,
    coalesce(c.is_low, false) AS is_low
FROM release AS r
LEFT JOIN release_count AS c ON c.event_id = r.event_id AND c.number = r.number
WHERE r.event_id = $event_id AND r.number = (SELECT max(number) FROM release WHERE event_id = $event_id)
