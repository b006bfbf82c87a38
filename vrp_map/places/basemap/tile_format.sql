-- What the tiles of an MBTiles file are: pbf (vector), png, jpg or webp.
SELECT value FROM metadata WHERE name = 'format'
