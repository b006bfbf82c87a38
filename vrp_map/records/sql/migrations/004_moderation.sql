-- What people decided about free texts. Rows are added, never changed: the state of a text is its latest decision.

CREATE TABLE event_setting (      -- one row a change of a setting of an event; the latest counts
    event_id UUID, name VARCHAR,  -- "two-people"
    value VARCHAR, nth INTEGER, set_by VARCHAR, set_at TIMESTAMP
);

CREATE TABLE text_decision (      -- one row a decision about a free text; holds no text
    event_id UUID, key UUID,
    nth INTEGER,                  -- 1, 2, … of its text
    decision VARCHAR,             -- approve, redact, reject, safeguard, reopen
    needs INTEGER,                -- how many people had to agree when it was made: 1 or 2
    by_whom VARCHAR, decided_at TIMESTAMP,
    PRIMARY KEY (event_id, key, nth)
);

CREATE TABLE text_redaction (     -- one row a decision to redact: the words that stay; goes with its pin
    event_id UUID, key UUID, nth INTEGER, words VARCHAR
);

CREATE TABLE safeguarding_log (   -- one row an entry about a text in the safeguarding lane, written by staff
    event_id UUID, key UUID, nth INTEGER,
    entry VARCHAR,                -- seen, note, closed, reopened
    note VARCHAR, by_whom VARCHAR, happened_at TIMESTAMP
);

CREATE VIEW text_state AS         -- one row a free text of a pin that was not taken back, as it stands
WITH decided AS (
    SELECT d.*, r.words AS kept_words,
        lag(d.decision) OVER w AS before_decision, lag(d.by_whom) OVER w AS before_by, lag(r.words) OVER w AS before_words,
        row_number() OVER (PARTITION BY d.event_id, d.key ORDER BY d.nth DESC) AS from_last
    FROM text_decision AS d
    LEFT JOIN text_redaction AS r ON r.event_id = d.event_id AND r.key = d.key AND r.nth = d.nth
    WINDOW w AS (PARTITION BY d.event_id, d.key ORDER BY d.nth)
), known AS (
    SELECT event_id, key FROM pin_text
    UNION
    SELECT event_id, key FROM text_decision
)
SELECT k.event_id, k.key, p.received_at, t.words, l.nth, l.decision, l.by_whom, l.decided_at, l.kept_words,
    CASE
        WHEN l.decision IS NULL OR l.decision = 'reopen' THEN 'waiting'
        -- Two people agree when the second says exactly what the first said.
        WHEN l.decision IN ('approve', 'redact') AND l.needs = 2 AND NOT (
            l.before_decision IS NOT DISTINCT FROM l.decision AND l.before_by <> l.by_whom
            AND l.before_words IS NOT DISTINCT FROM l.kept_words
        ) THEN 'half'
        ELSE l.decision
    END AS state
FROM known AS k
JOIN pin AS p ON p.event_id = k.event_id AND p.key = k.key
LEFT JOIN pin_text AS t ON t.event_id = k.event_id AND t.key = k.key
LEFT JOIN decided AS l ON l.event_id = k.event_id AND l.key = k.key AND l.from_last = 1
WHERE NOT EXISTS (SELECT 1 FROM pin_deleted AS x WHERE x.event_id = k.event_id AND x.key = k.key);
