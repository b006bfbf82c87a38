-- One row is a day: how many incidents of the selection whose day and place are known (grades A and B) it had, here
-- (at the places given) and altogether.
SELECT
    i.occurred_from::DATE AS day,
    count(*) FILTER (WHERE list_contains($places, l.place_id)) AS here,
    count(*) AS n
FROM core_incident AS i
JOIN core_location AS l USING (location_id)
WHERE
    i.grade IN ('A', 'B')
    AND ($categories IS NULL OR list_contains($categories, i.category))
    AND ($first IS NULL OR i.month >= $first)
    AND ($last IS NULL OR i.month <= $last)
    AND ($sources IS NULL OR list_contains($sources, i.source))
    AND ($areas IS NULL OR l.place_id IN (
        SELECT a.place_id
        FROM core_place_area AS a
        JOIN ref_layer AS r ON r.layer = a.layer AND r.is_current
        WHERE r.type || ':' || a.code IN (SELECT unnest($areas))
    ))
GROUP BY day
ORDER BY day
