-- One row is a line of a sheet that is a response already.
SELECT line_digest FROM response_import
