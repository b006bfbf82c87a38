-- What the next change of a count is judged from. NULL = from before this was kept.

ALTER TABLE release_count ADD COLUMN total INTEGER;   -- of how many people it was when it last changed
ALTER TABLE release_count ADD COLUMN is_low BOOLEAN;  -- whether it was under the true number then
