-- One row in, one out: a wall clock that may say how far from UTC it is, as the clock of the place says it.
-- data.police.uk writes the times of stop and search in UTC: in summer a month's file begins at 23:00 of the day before.
CREATE TEMP MACRO local_clock(written, time_zone) AS
    CASE regexp_extract(written, ':[0-9]{2}(?:\.[0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})$', 1)
        WHEN '' THEN wall_clock(written)
        WHEN 'Z' THEN timezone(time_zone, timezone('UTC', wall_clock(rtrim(written, 'Z'))))
        ELSE timezone(
            time_zone,
            timezone(
                'UTC',
                wall_clock(regexp_replace(written, '[+-][0-9]{2}:?[0-9]{2}$', ''))
                - to_minutes(
                    try_cast(regexp_extract(written, '([+-])[0-9]{2}:?[0-9]{2}$', 1) || '1' AS INTEGER)
                    * (
                        60 * try_cast(regexp_extract(written, '[+-]([0-9]{2}):?[0-9]{2}$', 1) AS INTEGER)
                        + try_cast(regexp_extract(written, '[+-][0-9]{2}:?([0-9]{2})$', 1) AS INTEGER)
                    )
                )
            )
        )
    END
