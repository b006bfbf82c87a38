-- One row: whether this pin's key is kept already, or was taken back; whether it was sent by the same contributor with
-- the same answers (NULL: nothing is left to compare with); its text, while that is kept; and how many pins its
-- contributor has at this event.
SELECT
    count(*) FILTER (key = $key) > 0
    OR EXISTS (SELECT 1 FROM pin_deleted WHERE event_id = $event_id AND key = $key) AS is_known,
    bool_and(
        contributor = $contributor AND cells = $cells AND setting = $setting AND feeling = $feeling
        AND reasons = $reasons AND weekday = $weekday AND hour_band = $hour_band AND helps = $helps
        AND role IS NOT DISTINCT FROM $role AND age_band IS NOT DISTINCT FROM $age_band
        AND thing IS NOT DISTINCT FROM $thing AND thing_place IS NOT DISTINCT FROM $thing_place
    ) FILTER (key = $key) AS is_same,
    (SELECT words FROM pin_text WHERE event_id = $event_id AND key = $key) AS words,
    count(*) FILTER (contributor = $contributor) AS of_contributor
FROM pin
WHERE event_id = $event_id AND (key = $key OR contributor = $contributor)
