-- One row in, one out: a column name without case, spaces, dots, underscores and hyphens (`headers.fold`).
CREATE TEMP MACRO folded(name) AS lower(regexp_replace(name, '[\s._\-\x{00a0}\x{200b}\x{feff}]+', '', 'g'))
