-- One row is how many incidents a (month, category, source, grade, place) has; place_id NULL = place not known.
INSERT INTO agg_place_month
SELECT i.month, i.category, i.source, i.grade, l.place_id, count(*) AS n
FROM core_incident AS i
LEFT JOIN core_location AS l USING (location_id)
GROUP BY ALL
ORDER BY i.month, i.category, l.place_id
