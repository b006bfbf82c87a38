-- One row is two files of which the second has ids of the first on rows of another time or place: how many, whether they
-- were taken as other incidents, and the first file's name.
SELECT s.load_id, s.is_stranger, count(*) AS n, any_value(m.file) AS first_file, s.first_load
FROM same_id AS s
LEFT JOIN previous.meta_load AS m ON m.load_id = s.first_load
WHERE s.is_changed AND s.load_id <> s.first_load
GROUP BY s.load_id, s.is_stranger, s.first_load
ORDER BY s.load_id, s.first_load
