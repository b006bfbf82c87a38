-- One row is an act, the latest first; of one subject, or of all.
SELECT happened_at, who, act, subject
FROM audit
WHERE $subject IS NULL OR subject = $subject
ORDER BY happened_at DESC, rowid DESC
LIMIT $most
