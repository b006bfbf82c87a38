-- One row a count of a release.
INSERT INTO release_count
SELECT $event_id, $number, unnest($kinds::VARCHAR[]), unnest($whats::VARCHAR[]), unnest($ns::INTEGER[]), unnest($totals::INTEGER[]),
    unnest($low::BOOLEAN[])
