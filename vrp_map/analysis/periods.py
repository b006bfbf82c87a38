"""This period against an earlier one, hexagon by hexagon: what chance does not explain.

Every hexagon with an incident in either period that the audience may know of is tested
(`statistics.split`) with the dispersion of its own months and of those of hexagons of like size
(`statistics.dispersion`), and the false discovery rate is held over all that could show anything
(`statistics.fdr`). Only what the test says is mapped: a map of differences shows the largest places
and the luckiest ones.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map import grid, wording
from vrp_map.analysis.hotspots.tables import Lattice
from vrp_map.analysis.options import options_of
from vrp_map.analysis.power import what_shows
from vrp_map.analysis.question import Analysis, Question
from vrp_map.analysis.study.deliveries import gaps, whole_months
from vrp_map.analysis.study.lattice import month_counts
from vrp_map.config import nearest
from vrp_map.disclosure.bands import p_bands
from vrp_map.disclosure.protect import Protected, found, protect
from vrp_map.disclosure.words import no_incidents
from vrp_map.errors import UserError
from vrp_map.selection import Selection, month_span, shift_month
from vrp_map.statistics.dispersion import USUAL, Spread, months_needed, shared_dispersion
from vrp_map.statistics.fdr import q_values
from vrp_map.statistics.split import split_p
from vrp_map.vocabulary import Method

Floats = NDArray[np.float64]

SURE, LIKELY = 0.05, 0.10
# What the period may be compared with: the equal period before it, or the same months a year
# before.
BEFORE, YEAR = "before", "year"
AGAINST = (BEFORE, YEAR)
_COUNTS = ("n", "n_previous")


class CellChange(StrEnum):
    """What the test says of a hexagon."""

    MORE_SURE = "clearly more"
    MORE_LIKELY = "perhaps more"
    NONE = "no clear difference"
    FEWER_LIKELY = "perhaps fewer"
    FEWER_SURE = "clearly fewer"


_SUREST_FIRST = [
    CellChange.MORE_SURE,
    CellChange.FEWER_SURE,
    CellChange.MORE_LIKELY,
    CellChange.FEWER_LIKELY,
    CellChange.NONE,
]


def run(question: Question) -> Analysis:
    """Compare the selection's period with an earlier one.

    Options:
        against: "before" (the equal period before) or "year" (the same months a year before).
        beyond: divide out the whole area's own change, so that only places that differ from it
            stand out.

    Returns:
        A table of the hexagons tested: rank, cell, name, lad, npu, n, n_previous, verdict
        (`CellChange`), q; for analysts p.

    Raises:
        UserError: there is no whole earlier period, or nothing to divide by.
    """
    chosen = options_of(question, against=BEFORE, beyond=False)
    then = earlier(question, str(chosen["against"]))
    before = question.reader.counts.by_cell(then, resolution=question.resolution)
    counted = _counted(question.lattice, question.counts_by_cell, before)
    k = question.k
    tested = counted[found(counted, k=k, counts=_COUNTS)].reset_index(drop=True)
    totals = (
        (int(counted["n"].sum()), int(counted["n_previous"].sum())) if chosen["beyond"] else (1, 1)
    )
    if not all(totals) or (chosen["beyond"] and _is_hidden(question, counted)):
        raise UserError(
            f"One of the two periods has {no_incidents(k)}, so there is no trend of the whole area"
            " to compare with.",
            hint="Compare the hexagons without the trend of the whole area.",
        )
    whole = int(counted["n"].sum())
    spread = _spread(question, then, tested)
    decided = judged(tested, totals=totals, spread=spread)
    table = _protected(question, decided, total=whole)
    card = question.card(
        "Two counts of every hexagon with a number to show in either period: exact given their sum"
        " (Przyborowski and Wilenski 1940), divided by their dispersion (quasi-Poisson), and not"
        " surer than Student's t; two-sided; Benjamini-Hochberg q-values over all that have enough"
        " incidents to show anything",
        table=table,
        incidents=table.total,
        compared_with=_then_words(question, str(chosen["against"]), then),
        area_change=(
            "removed: each count is divided by the area's total" if chosen["beyond"] else "left in"
        ),
        season=_season(question, str(chosen["against"])),
        hexagons_tested=len(tested),
        clearly=f"q at most {SURE}",
        perhaps=f"q at most {LIKELY}",
        level=(
            "if nothing had changed, at most 5 in 100 such maps would call any hexagon clearly more"
            " or fewer"
        ),
        could_have_been_seen=what_shows(table, decided, level=SURE, share=totals[0] / sum(totals)),
        resolution=question.resolution,
    )
    return Analysis(
        Method.PERIODS,
        _sentence(question, table, str(chosen["against"]), beyond=bool(chosen["beyond"])),
        table,
        card,
    )


def _spread(question: Question, then: Selection, tested: pd.DataFrame) -> Spread:
    """The dispersion of each hexagon tested, by its months up to the end of the period."""
    length = question.study.months
    next_to = then.last == shift_month(question.period[0], -1)
    months = whole_months(question.reader, question.study, most=months_needed(length))
    cells = tested["cell"].to_numpy(dtype=np.uint64)
    counted = np.zeros((len(cells), 0), dtype=np.int64)
    if months and len(cells):
        counted = month_counts(
            question.reader, question.study, cells, resolution=question.resolution, months=months
        )
    n, before = (tested[c].to_numpy(dtype=float) for c in _COUNTS)
    usual = max(USUAL, question.reader.counts.unit)
    return shared_dispersion(counted, n, before, length=length, next_to=next_to, usual=usual)


def earlier(question: Question, against: str) -> Selection:
    """The earlier period of a comparison, in the study's areas.

    Raises:
        UserError: it is not in the data, or months are missing in it or in the period itself.
    """
    if against not in AGAINST:
        raise UserError(
            f"A period cannot be compared with {against!r}.", hint=nearest(against, AGAINST)
        )
    study, (first, last) = question.study, question.period
    if against == YEAR and study.months > 12:
        raise UserError(
            "The period is longer than a year, so it overlaps the same months a year before.",
            hint="Choose 12 months or fewer, or compare with the equal period before.",
        )
    then = study.previous()
    if against == YEAR:
        then = replace(study, first=shift_month(first, -12), last=shift_month(last, -12))
    if then.first < question.reader.snapshot.first_month:
        raise UserError(
            "There is no whole earlier period: the data begins in "
            f"{wording.month_words(question.reader.snapshot.first_month)}.",
            hint="Choose a shorter or a later period.",
        )
    if question.gaps or gaps(question.reader, then):
        raise UserError(
            "Some months of the two periods are missing, so a difference may only be missing data.",
            hint="Choose months without gaps. The page Data quality lists them.",
        )
    return then


def judged(
    tested: pd.DataFrame, *, totals: tuple[int, int] = (1, 1), spread: Spread | None = None
) -> pd.DataFrame:
    """Two counts of each hexagon with p, q (of all of them together), verdict and what they were
    judged by.

    Level: where nothing changed, at most 5% of maps call any hexagon clearly more or fewer.

    A hexagon with so few incidents in both periods that nothing could show is no test.

    Args:
        tested: n, n_previous.
        totals: incidents of both periods to measure by; equal ones leave the counts alone.
        spread: the hexagons' dispersion; without it that of recorded crime as a whole, taken as
            known.
    """
    share = totals[0] / (totals[0] + totals[1])
    known = spread or Spread(np.full(len(tested), USUAL), np.full(len(tested), np.inf))
    by = {"dispersion": known.dispersion, "freedom": known.freedom}
    n, before = (tested[c].to_numpy(dtype=float) for c in _COUNTS)
    p = np.where(n + before > 0, split_p(n, before, **by, share=share), 1.0)
    held = n + before
    enough = (
        np.minimum(split_p(held, 0.0, **by, share=share), split_p(0.0, held, **by, share=share))
        <= SURE
    )
    q = np.ones(len(tested))
    q[enough] = q_values(p[enough])
    verdict = classify(n / totals[0] - before / totals[1], q)
    return tested.assign(p=p, q=q, verdict=verdict, enough=enough, **by)


def classify(difference: Floats, q: Floats) -> NDArray[np.object_]:
    """The `CellChange` of each hexagon.

    Args:
        difference: only its sign counts. q: its q-value.
    """
    found = np.full(len(q), CellChange.NONE.value, dtype=object)
    for limit, more, fewer in (
        (LIKELY, CellChange.MORE_LIKELY, CellChange.FEWER_LIKELY),
        (SURE, CellChange.MORE_SURE, CellChange.FEWER_SURE),
    ):
        found[(q <= limit) & (difference > 0)] = more.value
        found[(q <= limit) & (difference < 0)] = fewer.value
    return found


def _counted(lattice: Lattice, now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cell": lattice.cells,
            "n": lattice.align(now),
            "n_previous": lattice.align(before),
            **{c: lattice.context[c].to_numpy() for c in ("name", "lad", "npu")},
        }
    )


def _is_hidden(question: Question, counted: pd.DataFrame) -> bool:
    """Whether the total of either period may not be told."""
    sums = pd.DataFrame({c: [int(counted[c].sum())] for c in ("n", "n_previous")})
    safe = protect(sums, audience=question.audience, settings=question.settings, counts=_COUNTS)
    return bool(safe.frame[list(_COUNTS)].isna().any(axis=None))


def _protected(question: Question, tested: pd.DataFrame, *, total: int) -> Protected:
    """Surest first, then most incidents as shown; outsiders get the band of q only."""
    columns = ["cell", "name", "lad", "npu", "n", "n_previous", "verdict", "q", "p"]
    safe = protect(
        tested[columns],
        audience=question.audience,
        settings=question.settings,
        counts=_COUNTS,
        exact=("p",),
        total=total,
    )
    frame = safe.frame
    keys = pd.DataFrame(
        {
            "sure": frame["verdict"].map({str(c): i for i, c in enumerate(_SUREST_FIRST)}),
            "n": -(frame["n"].fillna(0) + frame["n_previous"].fillna(0)),
            "cell": frame["cell"],
        }
    )
    order = keys.sort_values(list(keys)).index
    cells = grid.to_text(frame["cell"].to_numpy(dtype=np.uint64))
    safe = safe.deriving(cell=cells, q=p_bands(frame["q"], k=safe.k))
    return safe.ranked(order)


def tally(table: Protected) -> dict[CellChange, int]:
    """How many hexagons have each verdict."""
    counted = table.frame["verdict"].value_counts()
    return {change: int(counted.get(change.value, 0)) for change in CellChange}


def against_words(months: int, against: str) -> str:
    """The earlier period as it follows "against …"."""
    if against == BEFORE:
        return wording.before_words(months)
    return "the same month a year before" if months == 1 else "the same months a year before"


def _months(question: Question) -> int:
    return month_span(*question.period)


def _then_words(question: Question, against: str, then: Selection) -> str:
    first, last = then.first, then.last
    return f"{against_words(_months(question), against)} ({wording.period_words(first, last)})"


def _sentence(question: Question, table: Protected, against: str, *, beyond: bool) -> str:
    words = against_words(_months(question), against)
    many = tally(table)
    up, down, tested = many[CellChange.MORE_SURE], many[CellChange.FEWER_SURE], len(table.frame)
    than = ", compared with the trend of the whole area" if beyond else ""
    if not tested:
        if table.is_exact:
            return (
                f"{question.subject}: no incidents in either period, so there is nothing to"
                " compare."
            )
        return f"{question.subject}: no hexagon has a number that can be shown in either period."
    if not up and not down:
        return f"{question.subject}: no hexagon is clearly up or down on {words}{than}."
    clear = f"{_hexagons(up)} clearly up and {_are(down)} clearly down on {words}{than}."
    if tested == up + down:
        return f"{question.subject}: {clear}"
    with_what = "incidents" if table.is_exact else "a number to show"
    return (
        f"{question.subject}: {clear} Changes in the rest of the {tested:,} hexagons with"
        f" {with_what} could be chance."
    )


def _hexagons(many: int) -> str:
    return {0: "no hexagon is", 1: "1 hexagon is"}.get(many, f"{many:,} hexagons are")


def _are(many: int) -> str:
    return {0: "none is", 1: "1 is"}.get(many, f"{many:,} are")


def chance_words(table: Protected) -> str:
    """What the marks mean, in one sentence."""
    many = tally(table)
    if many[CellChange.MORE_SURE] + many[CellChange.FEWER_SURE]:
        return (
            "If nothing had changed, at most 5 in 100 maps like this one would call any hexagon"
            " clearly up or down."
        )
    return "Something may still have changed: a smaller change would not show."


def _season(question: Question, against: str) -> str:
    if against == YEAR or _months(question) % 12 == 0:
        return "removed: the same months of the year are compared"
    return (
        "left in: part of a difference may be the time of year. Comparing with the same months a"
        " year before would remove it"
    )
