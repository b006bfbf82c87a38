-- One row: the latest time at which the clock was believed; none where there is no such time.
SELECT looked_at
FROM clock_look
WHERE is_believed AND looked_at <= $until
ORDER BY looked_at DESC
LIMIT 1
