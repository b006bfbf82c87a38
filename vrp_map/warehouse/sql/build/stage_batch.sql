-- One row is one record of the Arrow table `batch` (trimmed text): text in, types and failed rules out, to the file $part.
COPY (
    WITH words AS (
        SELECT
            load_id,
            line,
            malformed,
            first_cell,
            nullif(id, '') AS id,
            month AS month_text,
            "from" AS from_text,
            nullif("to", '') AS to_text,
            only_midnight,
            net,
            two_places,
            nullif(publisher, '') AS publisher,
            file_publisher,
            coalesce(x, '') AS x_text,
            coalesce(y, '') AS y_text,
            nullif(place, '') AS place,
            nullif(lsoa, '') AS lsoa,
            nullif(category, '') AS category,
            slug,
            nullif(offence_code, '') AS offence_code,
            nullif(setting, '') AS setting,
            nullif("precision", '') AS precision_text
        FROM batch
    ),
    typed AS (
        SELECT
            words.* REPLACE (CASE WHEN category IS NULL THEN nullif($default_category, '') ELSE slug END AS slug),
            CASE
                WHEN month_text IS NOT NULL AND length(month_text) = 7 THEN try_cast(month_text || '-01' AS TIMESTAMP)
                WHEN length(from_text) = 7 THEN try_cast(from_text || '-01' AS TIMESTAMP)
                ELSE local_clock(from_text, $time_zone)
            END AS began,
            local_clock(to_text, $time_zone) AS ended,
            try_cast(x_text AS DOUBLE) AS x,
            try_cast(y_text AS DOUBLE) AS y,
            try_cast(precision_text AS DOUBLE) AS stated_metres,
            -- A point is no more exact than the digits it is written with.
            greatest(try_cast(precision_text AS DOUBLE), net) AS metres,
            x_text = '' AND y_text = '' AS unlocated,
            coalesce(month_text, '') = '' AND coalesce(from_text, '') = '' AS timeless
        FROM words
    ),
    judged AS (
        SELECT
            *,
            malformed OR began IS NULL OR slug IS NULL AS is_no_incident,
            coalesce(nullif(month_text, ''), from_text) AS time_text,
            isfinite(x) AND isfinite(y) AS is_number,
            x BETWEEN $west AND $east AND y BETWEEN $south AND $north AS is_inside,
            $is_degrees AND y BETWEEN $west AND $east AND x BETWEEN $south AND $north AS is_swapped
        FROM typed
    ),
    ruled AS (
        SELECT
            *,
            CASE
                -- Only of what can be no incident anyway: no row is lost by the word in it.
                WHEN is_no_incident AND list_contains($column_names, folded(time_text)) THEN 'row:header'
                WHEN is_no_incident AND (is_summary(first_cell) OR is_summary(time_text) OR is_summary(category)) THEN 'row:total'
                WHEN malformed THEN 'row:columns'
            END AS row_rule,
            CASE
                WHEN timeless THEN $time_word || ':missing'
                WHEN began IS NULL OR began < TIMESTAMP '1980-01-01' THEN $time_word || ':invalid'
                WHEN greatest(began, ended) >= $next_month THEN $time_word || ':future'
                WHEN to_text IS NOT NULL AND ended IS NULL THEN $time_word || ':invalid'
                WHEN ended < began THEN $time_word || ':reversed'
            END AS time_rule,
            CASE
                WHEN unlocated THEN NULL
                WHEN two_places THEN 'coordinate:two_places'
                WHEN x_text = '' OR y_text = '' THEN 'coordinate:incomplete'
                WHEN NOT coalesce(is_number, false) THEN 'coordinate:not_a_number'
                WHEN x = 0 AND y = 0 THEN 'coordinate:null_island'
                WHEN is_inside THEN NULL
                WHEN is_swapped THEN 'coordinate:swapped'
                ELSE 'coordinate:out_of_range'
            END AS place_rule,
            CASE
                WHEN slug IS NOT NULL THEN NULL
                WHEN category IS NULL THEN 'category:missing'
                ELSE 'category:unknown'
            END AS category_rule,
            CASE
                WHEN precision_text IS NOT NULL AND (stated_metres IS NULL OR stated_metres < 0) THEN 'precision:not_a_number'
            END AS precision_rule
        FROM judged
    )
    SELECT
        load_id,
        line,
        date_trunc('month', began)::DATE AS month,
        slug AS category,
        $source::VARCHAR AS source,
        CASE
            WHEN $grade <> 'by-row' THEN $grade
            WHEN length(from_text) = 7 OR metres > 150 THEN 'D'
            WHEN NOT $keep_point THEN 'C'
            WHEN metres > 25 THEN 'C'
            WHEN contains(from_text, ':') AND NOT only_midnight AND coalesce(ended, began) <= began + INTERVAL 1 HOUR THEN 'A'
            WHEN coalesce(ended, began)::DATE = began::DATE THEN 'B'
            ELSE 'C'
        END AS grade,
        coalesce(publisher, file_publisher) AS publisher,
        CASE WHEN length(from_text) > 7 THEN began END AS occurred_from,
        ended AS occurred_to,
        category AS supplier_category,
        left(offence_code, 40) AS offence_code,
        left(setting, 60) AS setting,
        lsoa AS supplier_lsoa,
        CASE WHEN id IS NOT NULL THEN md5_number_lower(id) END AS id_key,
        $crs AS crs,
        $keep_point AS point_kept,
        x,
        y,
        CASE
            -- Where the publisher did not move the points, the name of a place may be an address: it goes no further.
            WHEN place IS NULL OR NOT $keep_point OR $grade = 'by-row' OR list_contains($no_place, place) THEN NULL
            WHEN $place_prefix <> '' AND starts_with(place, $place_prefix) THEN substr(place, length($place_prefix) + 1)
            ELSE place
        END AS place,
        CASE
            WHEN row_rule IS NOT NULL THEN [row_rule]
            WHEN coalesce(time_rule, place_rule, category_rule, precision_rule) IS NOT NULL
                THEN list_filter([time_rule, place_rule, category_rule, precision_rule], lambda rule: rule IS NOT NULL)
        END AS reasons,
        CASE
            WHEN coalesce(row_rule, time_rule, place_rule, category_rule, precision_rule) IS NOT NULL
                THEN to_json({
                    -- Of an extract's own numbers only the digest is kept.
                    id: CASE WHEN $grade <> 'by-row' THEN id END, month: month_text, "from": from_text, "to": to_text, publisher: publisher,
                    -- A point that may not be kept is not kept here either.
                    x: CASE WHEN $keep_point THEN x_text END, y: CASE WHEN $keep_point THEN y_text END,
                    place: CASE WHEN $keep_point THEN place END, lsoa: lsoa, category: category, offence_code: offence_code,
                    setting: setting,
                    "precision": precision_text
                })
        END AS record
    FROM ruled
) TO $part (FORMAT parquet)
