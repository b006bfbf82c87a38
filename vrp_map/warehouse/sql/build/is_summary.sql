-- One row in, one out: whether a cell says that its line is no incident: a sum ("Robbery Total"), or where the rows come from.
CREATE TEMP MACRO is_summary(cell) AS regexp_matches(
    lower(trim(cell)),
    '(^|[\s_-])(sub|grand)?totals?([\s:.,;(=_-]|$)'
    || '|^(sum|count|average|mean|(number of )?(rows|records|incidents)) *([:=]|$)'
    || '|^(data |foot)?(sources?|notes?) *(:|=|\d|$)'
    || '|^((produced|prepared|printed|exported|extracted|created|generated|run) (by|on|at|from)|copyright|©|end of|page \d)'
)
