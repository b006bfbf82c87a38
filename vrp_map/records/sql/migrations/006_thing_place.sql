-- Where the broken thing of a pin is: the name of a public place from the list round its hexagon; NULL = not said.

ALTER TABLE pin ADD COLUMN thing_place VARCHAR;
