-- One row is one record of a file of this build, typed, with every rule it failed. Stays empty: it gives the parts of
-- the stage their columns.
CREATE TABLE stage.part (
    load_id INTEGER, line UINTEGER, month DATE, category VARCHAR, source VARCHAR, grade VARCHAR, publisher VARCHAR,
    occurred_from TIMESTAMP, occurred_to TIMESTAMP, supplier_category VARCHAR, offence_code VARCHAR, setting VARCHAR,
    supplier_lsoa VARCHAR, id_key UBIGINT, crs VARCHAR, point_kept BOOLEAN, x DOUBLE, y DOUBLE, place VARCHAR,
    reasons VARCHAR[], record VARCHAR
)
