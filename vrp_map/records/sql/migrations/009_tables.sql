-- Friends sit together and say the same: what is needed to allow for it. NULL = not recorded.

ALTER TABLE pin ADD COLUMN table_no UTINYINT;  -- the number on the table's card; no name, and gone with the pin
ALTER TABLE release ADD COLUMN clump DOUBLE;   -- voices for each table, at the place where that is most
