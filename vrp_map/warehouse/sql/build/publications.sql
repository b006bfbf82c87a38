-- One row is a month of a publisher that one of the files $loads brings good records for.
SELECT DISTINCT load_id, coalesce(publisher, '') AS publisher, month
FROM stage.incident
WHERE load_id IN (SELECT unnest($loads)) AND reasons IS NULL
