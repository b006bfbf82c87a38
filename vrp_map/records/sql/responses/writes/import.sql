INSERT INTO response_import VALUES ($line_digest, $response_id)
