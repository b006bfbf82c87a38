-- One row is a cell of resolution 10 and the residents it is taken to have.
SELECT cell10, residents FROM ref_cell ORDER BY cell10
