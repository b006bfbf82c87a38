-- One row: a line that became a response, known again by its digest.
INSERT INTO response_import VALUES ($line_digest, $response_id)
