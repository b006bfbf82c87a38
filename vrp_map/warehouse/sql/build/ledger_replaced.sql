-- One row is a month of a publisher that this build replaced, with the incidents that it now has.
SELECT r.source, r.publisher, r.month::TIMESTAMP AS month, count(i.month) AS n
FROM replaced AS r
LEFT JOIN core_incident AS i ON i.source = r.source AND coalesce(i.publisher, '') = r.publisher AND i.month = r.month
GROUP BY ALL
ORDER BY ALL
