-- One row: how a free text stands; none where it was taken back or never was.
SELECT key, received_at, words, state, decision, by_whom, decided_at, kept_words
FROM text_state
WHERE event_id = $event_id AND key = $key
