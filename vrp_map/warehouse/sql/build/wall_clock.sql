-- One row in, one out: a wall clock as people write it, as a time; null when it is none. Day before month: this is Britain.
-- The pattern keeps out what the cast takes beside them (offsets, "epoch", 24:00). No strptime: it reads one character
-- past the end of a text that is shorter than its format, and where the memory ends there too, the process is gone.
CREATE TEMP MACRO wall_clock(written) AS
    CASE
        WHEN regexp_full_match(
            written,
            '([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})'
            || '((T| +)([01]?[0-9]|2[0-3]):[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]+)?)?)?'
        )
            THEN try_cast(regexp_replace(written, '^([0-9]+)/([0-9]+)/([0-9]+)', '\3-\2-\1') AS TIMESTAMP)
    END
