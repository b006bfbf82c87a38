-- Every tile of an MBTiles file, as it lies there.
SELECT tile_data FROM tiles
