-- One row: a pin.
INSERT INTO pin VALUES (
    $event_id, $key, $contributor, $cells, $setting, $feeling, $reasons, $weekday, $hour_band, $role, $age_band, $helps,
    $thing, $received_at, $delete_digest, $thing_place, $table_no, $is_extra,
    $body_digest
)
