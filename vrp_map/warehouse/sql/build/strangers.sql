-- One row is two files of which the second has ids of the first, on other incidents: how many, and the first one's name.
SELECT s.load_id, count(*) AS n, any_value(m.file) AS first_file, s.first_load
FROM same_id AS s
LEFT JOIN previous.meta_load AS m ON m.load_id = s.first_load
WHERE s.is_stranger
GROUP BY s.load_id, s.first_load
ORDER BY s.load_id, s.first_load
