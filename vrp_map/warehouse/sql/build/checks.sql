-- One row: the sums that must agree, or the build fails.
SELECT
    (SELECT coalesce(sum(rows_read - rows_accepted - rows_quarantined), 0) FROM meta_load) AS unaccounted_rows,
    (SELECT coalesce(sum(rows_accepted - rows_replaced), 0) FROM meta_load)
    - (SELECT count(*) FROM core_incident) AS lost_incidents,
    (SELECT coalesce(sum(rows_quarantined), 0) FROM meta_load)
    - (SELECT count(*) FROM quarantine_incident) AS lost_quarantine,
    (SELECT count(*) FROM core_incident) - (SELECT coalesce(sum(n), 0) FROM agg_place_month) AS lost_in_counts,
    (SELECT count(*) FROM core_incident AS i ANTI JOIN core_location AS l USING (location_id)
     WHERE i.location_id IS NOT NULL) AS incidents_without_location,
    (SELECT count(*) FROM core_location AS l ANTI JOIN core_place AS p USING (place_id)) AS locations_without_place,
    (SELECT count(*) FROM (SELECT place_id, layer FROM core_place_area GROUP BY ALL HAVING count(*) > 1)) AS doubled_areas
