"""The words that are the same everywhere: areas, categories, grades, audiences, CRS.

Another force changes none of this; what differs between forces is in `vrp.toml`, `boundaries/` and
`pipelines/sources/`.
"""

from __future__ import annotations

from enum import StrEnum

WGS84 = "EPSG:4326"
BRITISH_NATIONAL_GRID = "EPSG:27700"

MIN_RESOLUTION, MAX_RESOLUTION, DEFAULT_RESOLUTION = 7, 10, 9

# Hexagon sizes in words, as the pages and reports name them.
RESOLUTION_WORDS = {7: "town", 8: "district", 9: "neighbourhood", 10: "streets"}


class AreaType(StrEnum):
    """Kinds of area a boundary layer may hold, from the broadest to the finest."""

    FORCE = "force"
    LAD = "lad"
    NPU = "npu"
    LPA = "lpa"
    WARD = "ward"
    LSOA = "lsoa"
    HO_HEX = "ho-hex"


AREA_WORDS = {
    AreaType.FORCE: "force area",
    AreaType.LAD: "local authority",
    AreaType.NPU: "Neighbourhood Policing Unit",
    AreaType.LPA: "Local Policing Area",
    AreaType.WARD: "ward",
    AreaType.LSOA: "LSOA",
    AreaType.HO_HEX: "Home Office hexagon",
}

# Slug of every category -> the name people read. The slugs are police.uk's names, hyphenated.
CATEGORIES = {
    "anti-social-behaviour": "Anti-social behaviour",
    "bicycle-theft": "Bicycle theft",
    "burglary": "Burglary",
    "criminal-damage-and-arson": "Criminal damage and arson",
    "drugs": "Drugs",
    "other-crime": "Other crime",
    "other-theft": "Other theft",
    "possession-of-weapons": "Possession of weapons",
    "public-disorder-and-weapons": "Public disorder and weapons",
    "public-order": "Public order",
    "robbery": "Robbery",
    "shoplifting": "Shoplifting",
    "theft-from-the-person": "Theft from the person",
    "not-stated": "Not stated",
    "vehicle-crime": "Vehicle crime",
    "violence-and-sexual-offences": "Violence and sexual offences",
}

# Police activity, not incidents: never part of a preset, shown only when asked for by name.
ACTIVITIES = {"stop-and-search": "Stop and search"}

ALL_CATEGORIES = CATEGORIES | ACTIVITIES

# Slugs that data.police.uk's API uses for the same categories.
CATEGORY_ALIASES = {
    "violent-crime": "violence-and-sexual-offences",
    "criminal-damage-arson": "criminal-damage-and-arson",
    "public-disorder-weapons": "public-disorder-and-weapons",
    "violence-sexual-offences": "violence-and-sexual-offences",
    "theft-from-person": "theft-from-the-person",
}


class Grade(StrEnum):
    """How exactly the data knows place and time (`docs/glossary.md`); A is best."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


GRADE_WORDS = {
    Grade.A: "exact place (25 m) and time (1 hour)",
    Grade.B: "exact place, day only",
    Grade.C: "place to about 100 m, or time not to the day",
    Grade.D: "month only, or points moved or rounded",
}


class Method(StrEnum):
    """Methods, each with the grades of data that allow it."""

    COUNTS = "counts"
    RATES = "rates"
    TREND = "trend"
    GI_STAR = "gi_star"
    CELL_CLUSTERS = "cell_clusters"
    POINT_CLUSTERS = "point_clusters"
    NEAR_REPEAT = "near_repeat"
    HOUR_OF_WEEK = "hour_of_week"
    DAY_OF_WEEK = "day_of_week"
    HARM_WEIGHTS = "harm_weights"
    EMERGING = "emerging"
    PERIODS = "periods"
    CONCENTRATION = "concentration"
    RANKS = "ranks"
    BACKTEST = "backtest"


METHOD_WORDS = {
    Method.COUNTS: "Counts",
    Method.RATES: "Rates by area",
    Method.TREND: "Trend by month",
    Method.GI_STAR: "Hotspots",
    Method.CELL_CLUSTERS: "Clusters of cells",
    Method.POINT_CLUSTERS: "Clusters of points",
    Method.NEAR_REPEAT: "Near repeats",
    Method.HOUR_OF_WEEK: "Hours of the week",
    Method.DAY_OF_WEEK: "Days of the week",
    Method.HARM_WEIGHTS: "Harm weights",
    Method.EMERGING: "Emerging hotspots",
    Method.PERIODS: "Period against period",
    Method.CONCENTRATION: "Concentration",
    Method.RANKS: "Ranks side by side",
    Method.BACKTEST: "Back-tests",
}

_EVERY_GRADE = frozenset(Grade)

# Eligibility: which grades carry which method.
GRADES_THAT_CARRY: dict[Method, frozenset[Grade]] = {
    Method.COUNTS: _EVERY_GRADE,
    Method.RATES: _EVERY_GRADE,
    Method.TREND: _EVERY_GRADE,
    Method.GI_STAR: _EVERY_GRADE,
    Method.CELL_CLUSTERS: _EVERY_GRADE,
    Method.POINT_CLUSTERS: frozenset({Grade.A, Grade.B}),
    Method.NEAR_REPEAT: frozenset({Grade.A, Grade.B}),
    Method.HOUR_OF_WEEK: frozenset({Grade.A}),
    Method.DAY_OF_WEEK: frozenset({Grade.A, Grade.B}),
    Method.HARM_WEIGHTS: frozenset({Grade.A}),
    Method.EMERGING: _EVERY_GRADE,
    Method.PERIODS: _EVERY_GRADE,
    Method.CONCENTRATION: _EVERY_GRADE,
    Method.RANKS: _EVERY_GRADE,
    Method.BACKTEST: _EVERY_GRADE,
}

# Why a method is refused; it follows "… are refused for data of grade X (what that is): ".
WHY_NOT: dict[Method, str] = {
    Method.POINT_CLUSTERS: (
        "the points are not exact, so clusters of them would only find the snap points"
    ),
    Method.NEAR_REPEAT: "near repeats need the exact place and the day of every incident",
    Method.HOUR_OF_WEEK: "the hour of the incidents is not known",
    Method.DAY_OF_WEEK: "the day of the incidents is not known",
    Method.HARM_WEIGHTS: (
        "one category holds offences of very different harm, and the offence itself is not known"
    ),
}

# Where a grade has a reason of its own.
_NO_OFFENCE = (
    "one category holds offences of very different harm, and records of this grade do not say for"
    " certain which offence it was"
)
_NOT_EXACT = "not every place is exact, so clusters of them would only find how places were rounded"
_NEITHER = (
    "near repeats need the exact place and the day of every incident, and here neither is known"
)
WHY_NOT_AT: dict[tuple[Method, Grade], str] = {
    (Method.POINT_CLUSTERS, Grade.C): _NOT_EXACT,
    (Method.NEAR_REPEAT, Grade.D): _NEITHER,
    (Method.HOUR_OF_WEEK, Grade.B): "the day of the incidents is known, but not the hour",
    (Method.HOUR_OF_WEEK, Grade.C): "the hour is not known of every incident",
    (Method.DAY_OF_WEEK, Grade.C): "the day is not known of every incident",
    (Method.HARM_WEIGHTS, Grade.B): _NO_OFFENCE,
    (Method.HARM_WEIGHTS, Grade.C): _NO_OFFENCE,
}


class Audience(StrEnum):
    """Who will see a figure; decides which small numbers are hidden."""

    ANALYST = "analyst"
    PARTNER = "partner"
    PUBLIC = "public"


class Role(StrEnum):
    """What a person does here: decides what they may do and see (`permissions`)."""

    NAVIGATOR = "navigator"
    ANALYST = "analyst"
    LEAD = "lead"
    YOUTH_WORKER = "youth-worker"
    MODERATOR = "moderator"
    SAFEGUARDING = "safeguarding"


class HotspotClass(StrEnum):
    """What the test says of a cell, by its Benjamini-Hochberg q-value."""

    HOT_99 = "hot 99%"
    HOT_95 = "hot 95%"
    HOT_90 = "hot 90%"
    NONE = "not different from chance"
    COLD_90 = "cold 90%"
    COLD_95 = "cold 95%"
    COLD_99 = "cold 99%"
