"""The queries of a needs assessment by name: each answers one thing as its audience may see it.

The trace of a document names them, so that any number can be asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from vrp_map import wording
from vrp_map.analysis.results import Hotspots
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.errors import UserError
from vrp_map.needs.records import judged_pilots, kinds_of_work, quarters_of, voices_of
from vrp_map.needs.sources import OPEN_FIGURES, NeedsAnswer, NeedsSources
from vrp_map.residents.places import compared_residents, lsoas_of, people_by_group
from vrp_map.residents.shares import GroupShare
from vrp_map.residents.suppression import suppressed
from vrp_map.residents.tables import AGES, DEPRIVATION, KIND_WORDS, PeopleTable
from vrp_map.statistics.rates import poisson_interval
from vrp_map.views.hotspots import remember
from vrp_map.vocabulary import ALL_CATEGORIES, GRADE_WORDS, Audience, Method

MOST_HOTSPOTS = 8
_YOUNG = 24
_FEWEST_RATED = 10
_WHO = {
    Audience.ANALYST: "Analysts alone: exact numbers, not for others",
    Audience.PARTNER: "Partners of the Violence Reduction Partnership",
    Audience.PUBLIC: "Everyone: this version may be published",
}
Choice = Mapping[str, str]


def scope(asked: NeedsSources, choice: Choice) -> NeedsAnswer:
    """What the document is about."""
    selection, snapshot = asked.selection, asked.snapshot
    kinds = wording.listed([ALL_CATEGORIES[c] for c in selection.categories])
    rows = (
        ("Area", asked.place),
        ("Period", wording.period_words(selection.first, selection.last)),
        ("Counted as serious violence here", kinds),
        ("Who may see this version", _WHO[asked.audience]),
        ("Data", f"snapshot {snapshot.id}, from {wording.listed(list(snapshot.sources))}"),
        ("How exactly the data know place and time", GRADE_WORDS[snapshot.grade]),
    )
    return NeedsAnswer(("What", "In this document"), rows, "No count is shown.")


def residents(asked: NeedsSources, choice: Choice) -> NeedsAnswer:
    """Residents of the area and of the whole place."""
    names = asked.workspace.reader.area_names
    lads = names[names["type"] == "lad"]
    here = int(lads.loc[lads["key"] == asked.area, "population"].iloc[0])
    rows = (
        (asked.place, f"{here:,}"),
        (asked.settings.place, f"{int(lads['population'].sum()):,}"),
    )
    return NeedsAnswer(("Area", "Residents"), rows, OPEN_FIGURES)


def groups(asked: NeedsSources, choice: Choice) -> NeedsAnswer:
    """Residents of the area by a loaded table (choice: table)."""
    table = _table(asked, choice)
    people, covered = people_by_group(lsoas_of(asked.workspace.reader, [asked.area]), table)
    sums = [sum(row[i] for row in people.values()) for i in range(len(table.groups))]
    whole = sum(sums)
    rows = tuple((group, f"{n / whole:.1%}") for group, n in zip(table.groups, sums, strict=True))
    said = _young(table.groups, sums) if table.kind == AGES else ""
    return NeedsAnswer(("Group", "Share of residents"), rows, _about(table, covered), said)


def _young(names: Sequence[str], sums: Sequence[float]) -> str:
    """The share of residents of 24 and under, where the bands end there."""
    ends = [name.rpartition(" to ")[2] for name in names]
    if str(_YOUNG) not in ends:
        return ""
    share = sum(sums[: ends.index(str(_YOUNG)) + 1]) / sum(sums)
    return f"{share:.1%} of residents are {_YOUNG} or younger."


def equality(asked: NeedsSources, choice: Choice) -> NeedsAnswer:
    """Who lives in the hotspots against the area, by a loaded table (choice: table)."""
    table = _table(asked, choice)
    cells = _hotspots(asked).cells.frame
    picked = cells.loc[cells["cluster"] > 0, "cell"].astype(str).tolist()
    if not picked:
        return NeedsAnswer(sentence="No place stands out, so none is compared with the area.")
    found = compared_residents(asked.workspace.reader, [asked.area], picked, table)
    if not found.groups:
        return NeedsAnswer(sentence="Too few people live in these places to compare them.")
    said = f"About {found.people:,} people live in the places that stand out. {found.coverage}"
    return NeedsAnswer(
        ("Group", "Share of residents of the places", "Share of residents of the area"),
        share_rows(found.groups),
        f"{_about(table)} Groups of fewer than 10 people there are joined.",
        said.rstrip(),
    )


def share_rows(shares: Sequence[GroupShare]) -> tuple[tuple[str, ...], ...]:
    """Shares as people read them: whole per cent, for they are estimates."""
    return tuple((s.group, f"{s.in_places:.0%}", f"{s.in_area:.0%}") for s in shares)


def kinds(asked: NeedsSources, choice: Choice) -> NeedsAnswer:
    """Incidents by kind, in this period and the equal one before."""
    names = [ALL_CATEGORIES[c] for c in asked.selection.categories]
    periods, before = [asked.selection], asked.selection.previous()
    if before.first >= asked.snapshot.first_month:
        periods.append(before)
    tables = [
        asked.workspace.counts(one, by="category", audience=asked.audience) for one in periods
    ]
    shown = [table.at("name", names).frame["n"] for table in tables]
    rows = tuple(
        (name, *map(_shown, numbers)) for name, *numbers in zip(names, *shown, strict=True)
    )
    whole = ("All of these", *(_shown(table.total) for table in tables))
    header = ("Kind", *(wording.period_words(one.first, one.last) for one in periods))
    return NeedsAnswer(header, (*rows, whole), tables[0].note)


def trend(asked: NeedsSources, choice: Choice) -> NeedsAnswer:
    """Incidents by month, and whether the change could be chance."""
    found = asked.workspace.trend(asked.selection, audience=asked.audience)
    months = found.months.frame
    rows = tuple(
        (wording.month_words(m), _shown(n))
        for m, n in zip(months["month"], months["n"], strict=True)
    )
    return NeedsAnswer(("Month", "Incidents"), rows, found.months.note, found.sentence)


def rate(asked: NeedsSources, choice: Choice) -> NeedsAnswer:
    """Incidents per 1,000 residents of the area, with the likely range."""
    found = asked.workspace.rates(asked.selection, by="lad", audience=asked.audience)
    row = found.frame[found.frame["code"] == asked.code]
    if row.empty or pd.isna(row.iloc[0]["rate"]):
        return NeedsAnswer(protection=found.note, sentence="The rate is too small to show.")
    least, most = row.iloc[0]["rate_low"], row.iloc[0]["rate_high"]
    said = (
        f"That is {row.iloc[0]['rate']:.1f} incidents per 1,000 residents (likely range"
        f" {least:.1f} to {most:.1f})."
    )
    return NeedsAnswer(protection=found.note, sentence=said)


def hotspots(asked: NeedsSources, choice: Choice) -> NeedsAnswer:
    """The places that stand out, with sureness and change."""
    found = _hotspots(asked)
    frame = found.clusters.frame.sort_values("n", ascending=False, na_position="last")
    rows = tuple(
        (
            str(row["name"]).replace(f", {asked.place}", "", 1),
            _shown(row["n"]),
            str(row["stability"] or "not checked"),
            str(row["emerging"] or row["trend"] or "no clear change"),
        )
        for row in frame.head(MOST_HOTSPOTS).to_dict("records")
    )
    header = ("Place", "Incidents", "Sureness", "Change")
    cells = found.cells.frame
    drawn = cells[["cell", "n"]].assign(is_hot=cells["cluster"] > 0)
    return NeedsAnswer(header, rows, found.cells.note, found.summary, drawn)


def _hotspots(asked: NeedsSources) -> Hotspots:
    """Several modules ask for them: worked out once."""

    def compute() -> Hotspots:
        return asked.workspace.hotspots(asked.selection, audience=asked.audience)

    return remember(asked.workspace, ("needs", asked.selection, asked.audience), compute)


def method(asked: NeedsSources, choice: Choice) -> NeedsAnswer:
    """The sentence of one method (choice: method), or why the data cannot carry it."""
    name = Method(choice["method"])
    found = asked.workspace.analyse(name, asked.selection, audience=asked.audience)
    return NeedsAnswer(protection=found.table.note, sentence=found.sentence)


def gaps(asked: NeedsSources, choice: Choice) -> NeedsAnswer:
    """Months that a supplier has not delivered, and how many incidents have no place."""
    found = asked.workspace.missing(asked.selection, audience=asked.audience)
    rows = tuple(
        (supplier, wording.listed([wording.month_words(m) for m in months]))
        for supplier, months in found.gaps.items()
    )
    said = f"In {asked.settings.place_in_words}, {found.sentence}."
    return NeedsAnswer(("Supplier", "Months not delivered"), rows, found.everything.note, said)


def admissions(asked: NeedsSources, choice: Choice) -> NeedsAnswer:
    """Hospital admissions for violence by cause, three years pooled, small counts hidden."""
    if asked.admissions is None:
        raise UserError("No table of admissions is loaded.")
    years, counts = asked.admissions.pooled(asked.code)
    known = {cause: n for cause, n in counts.items() if n is not None}
    shown, whole = suppressed(known)
    if len(known) < len(counts):
        whole = None
    person_years = len(years) * sum(lsoas_of(asked.workspace.reader, [asked.area]).values())
    rows = [(cause, *_admitted(shown.get(cause), person_years)) for cause in counts]
    rows.append(("all assaults", *_admitted(whole, person_years)))
    return NeedsAnswer(
        ("Cause", "Admissions", "A year per 100,000 residents", "Likely range"),
        tuple(rows),
        f"Emergency admissions, {years[0]} to {years[-1]} together, from"
        f" {asked.admissions.source}. Counts of 1 to 5 are hidden, and others so that no sum tells"
        f" them. No rate of fewer than {_FEWEST_RATED}.",
    )


def _admitted(n: int | None, person_years: float) -> tuple[str, str, str]:
    """A count, its rate and the range of that; empty where they may not be shown."""
    if n is None:
        return "hidden", "", ""
    if n < _FEWEST_RATED:
        return f"{n:,}", "", ""
    low, high = (float(np.ravel(end)[0]) for end in poisson_interval(n))
    rate, least, most = (value / person_years * 100_000 for value in (n, low, high))
    return f"{n:,}", f"{rate:.1f}", f"{least:.1f} to {most:.1f}"


def _shown(n: Any) -> str:
    return FEW_OR_NONE if n is None or pd.isna(n) else f"{int(n):,}"


def _table(asked: NeedsSources, choice: Choice) -> PeopleTable:
    kind = choice["table"]
    if kind not in asked.tables:
        raise UserError(
            f"No table of {KIND_WORDS.get(kind, kind)} is loaded.",
            hint="Load it with vrp-map needs load.",
        )
    return asked.tables[kind]


def _about(table: PeopleTable, covered: float = 1.0) -> str:
    share = "" if covered > 0.999 else f" It knows the small areas of {covered:.0%} of residents."
    note = " Residents of an area have its decile." if table.kind == DEPRIVATION else ""
    return f"{OPEN_FIGURES} From {table.source}.{note}{share}"


QUERIES: Mapping[str, Callable[[NeedsSources, Choice], NeedsAnswer]] = {
    "scope": scope,
    "residents": residents,
    "admissions": admissions,
    "groups": groups,
    "equality": equality,
    "kinds": kinds,
    "trend": trend,
    "rate": rate,
    "hotspots": hotspots,
    "method": method,
    "gaps": gaps,
    "voices": voices_of,
    "quarters": quarters_of,
    "work": kinds_of_work,
    "pilots": judged_pilots,
}
