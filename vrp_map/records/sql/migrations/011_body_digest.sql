-- What tells a pin sent again from another pin under its number, its text among it, without the text. NULL = not recorded.

ALTER TABLE pin ADD COLUMN body_digest BLOB;  -- keyed with the event's secret and the phone's token, which is kept nowhere
