-- One row is something odd about a file that was taken.
SELECT m.file, w.problem, w.remedy, w.n
FROM meta_warning AS w
JOIN meta_load AS m USING (load_id)
ORDER BY w.load_id, w.problem
