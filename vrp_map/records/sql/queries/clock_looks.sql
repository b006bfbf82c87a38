-- One row: the latest time at which the clock was looked at; none where there is no such time.
SELECT happened_at
FROM audit
WHERE act = $act AND happened_at <= $until
ORDER BY happened_at DESC
LIMIT 1
