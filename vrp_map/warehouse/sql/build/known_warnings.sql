-- One row is something odd about a file that the previous snapshot took.
INSERT INTO meta_warning SELECT load_id, problem, remedy, n FROM previous.meta_warning
