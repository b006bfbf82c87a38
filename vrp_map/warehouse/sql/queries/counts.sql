-- One row is a (month, category, source, grade, place) with any incident, as the table says (schema.sql).
SELECT month, category, source, grade, place_id, n FROM agg_place_month ORDER BY month, category, place_id
