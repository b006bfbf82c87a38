-- One row is a boundary layer.
SELECT * FROM ref_layer ORDER BY layer
