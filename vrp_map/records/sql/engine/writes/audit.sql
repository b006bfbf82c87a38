-- One row an act.
INSERT INTO audit
SELECT unnest($moments::TIMESTAMP[]), unnest($names::VARCHAR[]), unnest($acts::VARCHAR[]),
    unnest($subjects::VARCHAR[])
