-- One row is a layer of a GeoPackage with the table or view it is made of, or a CRS with how it is written. For SQLite.
SELECT 'layer' AS what, made.name AS name, made.type || ' ' || coalesce(made.sql, '') AS text
FROM sqlite_master AS made
JOIN gpkg_contents AS layer ON lower(layer.table_name) = lower(made.name)
UNION ALL
SELECT 'crs', CAST(srs_id AS TEXT), coalesce(definition, '') FROM gpkg_spatial_ref_sys
