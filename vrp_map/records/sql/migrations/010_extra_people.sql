-- Phones that share an address: their pins are kept, and count when the event says that its hall has one address.

ALTER TABLE pin ADD COLUMN is_extra BOOLEAN DEFAULT false;  -- as many other people as count came from its address
