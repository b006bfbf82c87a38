"""Eligibility: a method that the grade of the data does not allow is refused, with the reason."""

from __future__ import annotations

from vrp_map.errors import MethodRefused
from vrp_map.vocabulary import (
    GRADE_WORDS,
    GRADES_THAT_CARRY,
    METHOD_WORDS,
    WHY_NOT,
    WHY_NOT_AT,
    Grade,
    Method,
)

# What answers the nearest question that every grade carries.
_INSTEAD = {
    Method.POINT_CLUSTERS: Method.CELL_CLUSTERS,
    Method.NEAR_REPEAT: Method.TREND,
    Method.HOUR_OF_WEEK: Method.TREND,
    Method.DAY_OF_WEEK: Method.TREND,
    Method.HARM_WEIGHTS: Method.RATES,
}
# Grade B has the day, so its nearest answer to "at which hour?" is "on which day?".
_INSTEAD_AT = {(Method.HOUR_OF_WEEK, Grade.B): Method.DAY_OF_WEEK}
_INSTEAD_WORDS = {
    Method.CELL_CLUSTERS: "clusters of cells",
    Method.TREND: "the trend by month",
    Method.RATES: "counts and rates by area, one category at a time",
    Method.DAY_OF_WEEK: "days of the week",
}


def carries(grade: Grade, method: Method) -> bool:
    """Whether data of a grade can carry a method."""
    return Grade(grade) in GRADES_THAT_CARRY[Method(method)]


def instead_of(method: Method, grade: Grade) -> Method:
    """What to use where the grade does not carry the method."""
    return _INSTEAD_AT.get((method, grade), _INSTEAD.get(method, Method.COUNTS))


def require(method: Method, grade: Grade) -> None:
    """Let the method through, or say why this data cannot carry it.

    Raises:
        MethodRefused: the grade does not carry the method; the message gives the reason, the hint
            what to use instead.
    """
    method, grade = Method(method), Grade(grade)
    if carries(grade, method):
        return
    why = WHY_NOT_AT.get((method, grade), WHY_NOT[method])
    raise MethodRefused(
        f"{METHOD_WORDS[method]} are refused for data of grade {grade} ({GRADE_WORDS[grade]}):"
        f" {why}.",
        hint=f"Use {_INSTEAD_WORDS[instead_of(method, grade)]} instead.",
    )
