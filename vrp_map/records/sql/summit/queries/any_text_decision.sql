-- One row where any free text was ever decided about; none otherwise.
SELECT key FROM text_decision LIMIT 1
