"""The data-grade firewall: a method that the data cannot carry is refused, with the reason."""

from __future__ import annotations

from vrp_map.errors import MethodRefused
from vrp_map.vocabulary import GRADE_WORDS, GRADES_THAT_CARRY, WHY_NOT, Grade, Method

_WORDS = {
    Method.POINT_CLUSTERS: "Clusters of points",
    Method.NEAR_REPEAT: "Near repeats",
    Method.HOUR_OF_WEEK: "Hours of the week",
    Method.DAY_OF_WEEK: "Days of the week",
    Method.HARM_WEIGHTS: "Harm weights",
}

_INSTEAD = {
    Method.POINT_CLUSTERS: "Use clusters of cells instead.",
    Method.NEAR_REPEAT: "Use the trend by month instead.",
    Method.HOUR_OF_WEEK: "Use the trend by month instead.",
    Method.DAY_OF_WEEK: "Use the trend by month instead.",
    Method.HARM_WEIGHTS: "Use counts by category instead.",
}


def require(method: Method, grade: Grade) -> None:
    """Let the method through, or say why this data cannot carry it.

    Raises:
        MethodRefused: the grade does not carry the method; the message gives the reason, the hint what to use instead.
    """
    method, grade = Method(method), Grade(grade)
    if grade in GRADES_THAT_CARRY[method]:
        return
    raise MethodRefused(
        f"{_WORDS[method]} are refused for data of grade {grade} ({GRADE_WORDS[grade]}): {WHY_NOT[method]}.",
        hint=_INSTEAD[method],
    )
