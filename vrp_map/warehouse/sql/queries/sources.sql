-- One row is a supplier that has been loaded.
SELECT source, title, attribution, synthetic FROM ref_source ORDER BY source
