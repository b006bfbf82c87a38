-- One row: the boundary fingerprint of the previous snapshot; none where there is no previous one.
SELECT boundaries FROM previous.meta_snapshot
