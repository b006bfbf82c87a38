-- One row is a supplier that has been loaded, with today's title and attribution.
INSERT INTO ref_source
SELECT source, title, attribution, synthetic FROM new_source
UNION ALL
SELECT source, title, attribution, synthetic FROM previous.ref_source
WHERE source NOT IN (SELECT source FROM new_source)
