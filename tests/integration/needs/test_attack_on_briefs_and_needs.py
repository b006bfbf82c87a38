"""Somebody who holds the briefs and the needs assessments of one place together: no sums and
differences across them give a hidden number.

A brief of one kind shows its months, an assessment the sums of kinds and of months. The control is
the same attacker before exact numbers from which the small ones were struck: there the two together
give back what neither gives alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import product

import pytest

from tests.integration.conftest import Demo
from tests.sums import Evidence, Unknown, solved
from vrp_map.briefs.service import brief_page
from vrp_map.config import VIOLENCE
from vrp_map.disclosure.thresholds import threshold
from vrp_map.needs.service import assessment, needs_sources
from vrp_map.selection import Selection, month, shift_month
from vrp_map.vocabulary import ALL_CATEGORIES, Audience
from vrp_map.workspace import Workspace

NOW, LAST = datetime(2026, 11, 2, 9), month("2026-10")
MONTHS = [shift_month(LAST, -back) for back in range(12)]
AREAS = ("Solihull", "Walsall")
Sums = list[tuple[frozenset[Unknown], int | None]]
NAMES = {ALL_CATEGORIES[kind]: kind for kind in VIOLENCE}


def month_key(words: str) -> str:
    """A month as an unknown's name, however a page writes it."""
    return f"{datetime.strptime(' '.join((words[:3], words[-4:])), '%b %Y'):%Y-%m}"


def number(words: str) -> int | None:
    digits = words.replace(",", "")
    return int(digits) if digits.isdigit() else None


def chosen(ws: Workspace, area: str, kinds: Sequence[str], months: int) -> Selection:
    first, last = (f"{one:%Y-%m}" for one in (MONTHS[months - 1], LAST))
    return ws.select(kinds, first=first, last=last, areas=[area])


def unknowns(area: str, kinds: Iterable[str], months: Iterable[str]) -> frozenset[Unknown]:
    return frozenset((f"{area} {kind}", one) for kind, one in product(kinds, months))


def brief_sums(ws: Workspace, audience: Audience) -> Sums:
    """What the briefs of each kind say, by month and of the year."""
    found: Sums = []
    for area, kind in product(AREAS, VIOLENCE):
        page = brief_page(ws, chosen(ws, area, [kind], 12), audience=audience, now=NOW)
        months = {
            month_key(name): number(words)
            for name, words in re.findall(r"<title>(\w{3} \d{4}): ([^<]+)</title>", page)
        }
        assert len(months) == 12
        found += [(unknowns(area, [kind], [key]), n) for key, n in months.items()]
        (year,) = re.findall(r"<td class='n'>([^<]+)</td>", page)
        found.append((unknowns(area, [kind], months), number(year)))
    return found


def needs_sums(ws: Workspace, audience: Audience) -> Sums:
    """What the assessments of a year and of the latest month say: kinds, and months of them all."""
    found: Sums = []
    for area, months in product(AREAS, (12, 1)):
        chosen_here = chosen(ws, area, VIOLENCE, months)
        asked = needs_sources(ws, chosen_here, audience=audience, now=NOW)
        keys = [f"{one:%Y-%m}" for one in MONTHS]
        traces = {trace.query: trace for trace in assessment(asked, [3]).traces}
        for name, words, *_ in traces["kinds"].rows:
            kinds = [NAMES[name]] if name in NAMES else VIOLENCE
            found.append((unknowns(area, kinds, keys[:months]), number(words)))
        for name, words in traces["trend"].rows:
            if (key := month_key(name)) in keys:
                found.append((unknowns(area, VIOLENCE, [key]), number(words)))
    return found


def evidence(*sums: Sums, least: int = 0) -> Evidence:
    found = Evidence()
    for held, n in (one for told in sums for one in told):
        found.keep(held, n, least=least)
    return found


@pytest.fixture(scope="module")
def told(demo: Demo) -> dict[Audience, tuple[Sums, Sums]]:
    """What briefs and assessments tell each audience."""
    ws = demo.workspace
    return {one: (brief_sums(ws, one), needs_sums(ws, one)) for one in Audience}


@pytest.fixture(scope="module")
def real(told: dict[Audience, tuple[Sums, Sums]]) -> dict[Unknown, int]:
    exact = evidence(told[Audience.ANALYST][0])
    return {next(iter(held)): n for held, n in exact.sums if len(held) == 1}


@pytest.mark.parametrize("audience", [Audience.PARTNER, Audience.PUBLIC])
def test_a_brief_and_an_assessment_together_give_no_hidden_number(
    demo: Demo,
    told: dict[Audience, tuple[Sums, Sums]],
    real: dict[Unknown, int],
    audience: Audience,
) -> None:
    """What comes out is the number of drawn incidents, none: whether few are there or none."""
    found = solved(evidence(*told[audience]))
    small = {u for u in found.numbers if 0 < real[u] < threshold(audience, demo.settings)}
    assert len(small) > 5, "the attacker comes as far as a number where there are a few"
    assert {round(value) for value in found.numbers.values()} == {0}
    assert found.residual < 1e-6, "both documents are one look: their mean is what each says"


def test_the_same_attacker_reads_an_unprotected_pair(
    demo: Demo, told: dict[Audience, tuple[Sums, Sums]], real: dict[Unknown, int]
) -> None:
    """The control: of exact numbers, both together give back what neither gives alone."""
    least = threshold(Audience.PARTNER, demo.settings)

    def right(*sums: Sums) -> set[Unknown]:
        numbers = solved(evidence(*sums, least=least)).numbers
        return {u for u, value in numbers.items() if round(value) == real[u] > 0}

    pair = told[Audience.ANALYST]
    alone = right(pair[0]) | right(pair[1])
    assert len(right(*pair) - alone) > 5
