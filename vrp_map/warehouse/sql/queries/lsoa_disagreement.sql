-- One row: located incidents whose supplier named an LSOA, and how many of them our boundaries put into another.
SELECT
    count(*) AS n,
    count(*) FILTER (a.code <> i.supplier_lsoa) AS differ
FROM core_incident AS i
JOIN core_location AS l USING (location_id)
JOIN core_place_area AS a USING (place_id)
JOIN ref_layer AS r ON r.layer = a.layer AND r.is_current AND r.type = 'lsoa'
WHERE i.supplier_lsoa IS NOT NULL
