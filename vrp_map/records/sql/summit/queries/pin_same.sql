-- No row, or one: whether the pin with this key has the same contributor and answers; texts are not looked at here.
SELECT
    contributor = $contributor AND cells = $cells AND setting = $setting AND feeling = $feeling AND reasons = $reasons
    AND weekday = $weekday AND hour_band = $hour_band AND helps = $helps
    AND role IS NOT DISTINCT FROM $role AND age_band IS NOT DISTINCT FROM $age_band
    AND thing IS NOT DISTINCT FROM $thing AND thing_place IS NOT DISTINCT FROM $thing_place AS is_same
FROM pin
WHERE event_id = $event_id AND key = $key
