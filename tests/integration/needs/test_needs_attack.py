"""No arithmetic over the modules and the local authorities gives a hidden number back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pytest

from tests.demo_store import demo_settings
from tests.none_or_few import PERIODS, alike
from vrp_map.needs.assessment import NeedsAssessment
from vrp_map.needs.html_page import to_html
from vrp_map.needs.service import assessment, needs_sources
from vrp_map.vocabulary import Audience
from vrp_map.workspace import Workspace, open_workspace

NOW = datetime(2026, 11, 29, 9)
MONTHS = ("2026-08", "2026-09", "2026-10")
OUTSIDERS = (Audience.PARTNER, Audience.PUBLIC)
Cells = dict[str, int | None]


def robberies(ws: Workspace, period: tuple[str, str], audience: str) -> str:
    """The page about the robberies of an area, without the name of its snapshot."""
    selection = ws.select("robbery", first=period[0], last=period[1], areas="lad:L1")
    document = assessment(needs_sources(ws, selection, audience=audience, now=NOW))
    return to_html(document).replace(ws.snapshot.id, "")


def whole_and_parts(document: NeedsAssessment) -> Iterable[tuple[int | None, Cells]]:
    """What its tables say: a whole and its parts; None = hidden."""
    for trace in document.traces:
        rows = {row[0]: [_number(cell) for cell in row[1:]] for row in trace.rows}
        if trace.query == "kinds":
            for column in range(len(trace.header) - 1):
                wholes = rows["All of these"][column]
                yield wholes, {k: v[column] for k, v in rows.items() if k != "All of these"}


def _number(cell: str) -> int | None:
    text = cell.replace(",", "")
    return int(text) if text.isdigit() else None


def recovered(wholes: Iterable[tuple[int | None, Cells]]) -> list[int]:
    """Hidden numbers that are the whole less its other parts."""
    found = []
    for whole, parts in wholes:
        hidden = [name for name, n in parts.items() if n is None]
        if whole is not None and len(hidden) == 1:
            found.append(whole - sum(n for n in parts.values() if n is not None))
    return found


def truth(ws: Workspace, area: str, month: str) -> Cells:
    selection = ws.select("violence", first=month, last=month, areas=area)
    frame = ws.counts(selection, by="category", audience=Audience.ANALYST).frame
    return {str(name): int(n) for name, n in zip(frame["name"], frame["n"], strict=True)}


@pytest.mark.parametrize("audience", OUTSIDERS)
def test_subtraction_over_all_areas_gives_no_hidden_number(audience: Audience) -> None:
    """What the subtraction gives is the number of the sample, which is none: the true number is
    never among what it gives, where there is any.
    """
    ws, k = open_workspace(settings=demo_settings()), 5 if audience is Audience.PARTNER else 10
    lads = ws.reader.area_names.query("type == 'lad'")["key"]
    attacked, naive = [], []
    for month in MONTHS:
        for area in lads:
            selection = ws.select("violence", first=month, last=month, areas=area)
            asked = needs_sources(ws, selection, audience=audience, now=NOW)
            attacked += recovered(whole_and_parts(assessment(asked, [3])))
            exact = truth(ws, area, month)
            shown = {name: n if n is not None and n >= k else None for name, n in exact.items()}
            naive += recovered([(sum(filter(None, exact.values())), shown)])
    assert any(0 < n < k for n in naive), "the control found nothing: the attack is blunt"
    assert [n for n in attacked if 0 < n < k] == []


def test_a_document_does_not_tell_none_from_few() -> None:
    """All thirteen modules, letter by letter, where none of the few is drawn."""
    stores = alike("D")
    for period in (PERIODS[0], PERIODS[2]):
        for audience in OUTSIDERS:
            pages = {robberies(ws, period, audience) for ws in stores.values()}
            assert len(pages) == 1, (period, audience)
    exact = {robberies(stores[few], PERIODS[0], "analyst") for few in (0, 4)}
    assert len(exact) == 2, "analysts see no difference: the attack is blunt"
