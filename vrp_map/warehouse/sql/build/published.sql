-- One row is a month of a publisher that the previous snapshot holds the publication of, and how many incidents it has.
-- A few records over the edge of a month, in a file of another one, are no publication (`publications.sql`).
WITH loaded AS (
    SELECT source, coalesce(publisher, '') AS publisher, month, load_id, count(*) AS n
    FROM previous.core_incident
    GROUP BY ALL
),
weighed AS (
    SELECT *, 10 * n >= max(n) OVER (PARTITION BY load_id) AS is_publication FROM loaded
)
SELECT source, publisher, month, sum(n)::BIGINT AS n
FROM weighed
GROUP BY source, publisher, month
HAVING bool_or(is_publication)
