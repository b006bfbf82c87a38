-- One row is something odd about a file of this build.
INSERT INTO meta_warning SELECT load_id, problem, remedy, n FROM new_warning
