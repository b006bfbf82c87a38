-- One row a line that became a response, known again by its digest.
INSERT INTO response_import SELECT unnest($line_digests::VARCHAR[]), unnest($response_ids::UUID[])
