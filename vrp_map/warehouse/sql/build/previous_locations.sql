-- One row is a location that the previous snapshot knows.
SELECT location_id, lon, lat, point_kept, cell10, name, is_generic FROM previous.core_location ORDER BY location_id
