-- One row: how many contributors of the event are extra in all that they sent and did not take back.
SELECT count(*) FROM (
    SELECT p.contributor
    FROM pin AS p
    ANTI JOIN pin_deleted AS d ON d.event_id = p.event_id AND d.key = p.key
    WHERE p.event_id = $event_id
    GROUP BY p.contributor
    HAVING bool_and(p.is_extra)
)
