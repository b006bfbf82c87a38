-- One row a version of a response.
INSERT INTO response_version
SELECT unnest($response_ids::UUID[]), unnest($versions::INTEGER[]), unnest($references::VARCHAR[]),
    $written_at, $written_by, unnest($acts::VARCHAR[]), unnest($past_flags::VARCHAR[][]),
    unnest($lads::VARCHAR[]), unnest($bodies::VARCHAR[])
