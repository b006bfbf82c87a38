-- Every table of a warehouse snapshot. meta_ = about the snapshot, ref_ = what others say, core_ = one row a thing,
-- agg_ = counts, quarantine_ = what was refused. Run on an empty database only.

CREATE TABLE meta_snapshot (      -- one row: this snapshot
    snapshot_id VARCHAR, created_at TIMESTAMP, software VARCHAR, schema_version INTEGER, synthetic BOOLEAN,
    boundaries VARCHAR            -- fingerprint of the boundary layers it was built with
);

CREATE TABLE meta_load (          -- one row a file that was taken
    load_id INTEGER, snapshot_id VARCHAR, source VARCHAR, layout VARCHAR, file VARCHAR, sha256 VARCHAR,
    synthetic BOOLEAN, loaded_at TIMESTAMP, rows_read BIGINT, rows_accepted BIGINT, rows_quarantined BIGINT,
    rows_replaced BIGINT          -- accepted once, and since replaced by a later publication
);

CREATE TABLE meta_warning (       -- one row something odd about a file that was taken
    load_id INTEGER, problem VARCHAR, remedy VARCHAR,
    n BIGINT                      -- how many of its rows; NULL = not of rows
);

CREATE TABLE ref_source (         -- one row a supplier that has been loaded
    source VARCHAR, title VARCHAR, attribution VARCHAR, synthetic BOOLEAN
);

CREATE TABLE ref_layer (          -- one row a boundary layer
    layer VARCHAR, type VARCHAR, name VARCHAR, valid_from DATE, valid_to DATE, basis VARCHAR, basis_note VARCHAR,
    source VARCHAR, licence VARCHAR, attribution VARCHAR, is_current BOOLEAN
);

CREATE TABLE ref_area (           -- one row an area of a layer
    layer VARCHAR, code VARCHAR, name VARCHAR, population BIGINT, geometry BLOB
);

CREATE TABLE ref_gazetteer (      -- one row a named snap point
    location_id INTEGER, name VARCHAR, is_generic BOOLEAN, lon DOUBLE, lat DOUBLE, incidents BIGINT
);

CREATE TABLE core_place (         -- one row a distinct (cell, areas): where counts are kept
    place_id INTEGER, cell10 UBIGINT,
    is_inside BOOLEAN             -- in any local authority; in any area at all where no such layer is loaded
);

CREATE TABLE core_place_area (    -- one row an area that a place lies in
    place_id INTEGER, layer VARCHAR, code VARCHAR
);

CREATE TABLE core_location (      -- one row a distinct point; the cell's centre where the point may not be kept
    location_id INTEGER, lon DOUBLE, lat DOUBLE, point_kept BOOLEAN, cell10 UBIGINT, place_id INTEGER, name VARCHAR,
    is_generic BOOLEAN
);

CREATE TABLE core_incident (      -- one row an accepted incident; location_id is NULL where the place is not known
    month DATE, category VARCHAR, location_id INTEGER, source VARCHAR, grade VARCHAR, publisher VARCHAR,
    occurred_from TIMESTAMP, occurred_to TIMESTAMP, supplier_category VARCHAR, offence_code VARCHAR, setting VARCHAR,
    supplier_lsoa VARCHAR, id_key UBIGINT, load_id INTEGER, line UINTEGER
);

CREATE TABLE agg_place_month (    -- one row a (month, category, source, grade, place) with any incident
    month DATE, category VARCHAR, source VARCHAR, grade VARCHAR, place_id INTEGER, n BIGINT
);

CREATE TABLE quarantine_incident (-- one row a refused record: the columns we read, and every rule it failed
    load_id INTEGER, line UINTEGER, reasons VARCHAR[], record VARCHAR
);

CREATE TABLE ref_cell (           -- one row a cell inside the boundaries: residents, spread evenly over their area's cells
    cell10 UBIGINT, residents DOUBLE
);
