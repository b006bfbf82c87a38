-- One row is one of these responses, with the number of its latest version.
SELECT response_id, max(version), any_value(reference)
FROM response_version
WHERE list_contains($ids, response_id)
GROUP BY response_id
