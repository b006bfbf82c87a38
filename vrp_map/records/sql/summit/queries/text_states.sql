-- One row is a free text of the event in one of these states, the oldest first.
SELECT key, received_at, words, state, decision, by_whom, decided_at, kept_words
FROM text_state
WHERE event_id = $event_id AND list_contains($states, state)
ORDER BY received_at, key
