"""Somebody who keeps every brief and digest, subtracts, averages and waits: no hidden number.

Each page is read as equations: the number that it shows is the sum of so many unknown ones. What
any sums and differences of all pages give for a hidden number is then found by linear algebra. The
control is the same attacker before pages of exact numbers from which the small ones were struck.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import product

import numpy as np
import pytest

from tests.integration.conftest import Demo
from tests.none_or_few import MONTH, alike
from tests.sums import Evidence, Unknown, solved
from vrp_map import grid
from vrp_map.briefs.digest.digest import Digest, as_text
from vrp_map.briefs.digest.service import digest_of, reader_of
from vrp_map.briefs.service import brief_page
from vrp_map.briefs.sources import NO_RECORDS
from vrp_map.disclosure.thresholds import threshold
from vrp_map.errors import UserError
from vrp_map.principal import DEMO
from vrp_map.vocabulary import Audience, Role
from vrp_map.workspace import Workspace

NOW = datetime(2026, 11, 2, 9)
FIRST, LAST, EARLIER = "2025-11", "2026-10", "2026-09"
KIND = "violence-and-sexual-offences"
# Wards that the attacker asks for alone, and for everything but them.
TARGETS = 3


# -- wards, a local authority, unions, this month's pages and last month's -------------------------


def wards_of(demo: Demo, lad: str) -> tuple[str, list[str]]:
    areas = demo.workspace.reader.current_areas
    shape = areas[(areas["type"] == "lad") & (areas["name"] == lad)]
    wards = areas[areas["type"] == "ward"]
    inside = wards.representative_point().within(shape.geometry.iloc[0])
    return str(shape["key"].iloc[0]), wards.loc[inside, "key"].tolist()


def page_of(ws: Workspace, areas: Sequence[str], audience: Audience, *, last: str = LAST) -> str:
    selection = ws.select([KIND], first=FIRST, last=last, areas=areas)
    return brief_page(ws, selection, audience=audience, now=NOW)


def collected(demo: Demo, audience: Audience) -> Evidence:
    """What the pages of wards, the local authority, unions and two months' editions give."""
    ws, found = demo.workspace, Evidence()
    lad, wards = wards_of(demo, "Coventry")
    found.take(page_of(ws, [lad], audience), wards)
    for last in (LAST, EARLIER):
        found.take(page_of(ws, wards, audience, last=last), wards)
    for target in wards[:TARGETS]:
        others = [ward for ward in wards if ward != target]
        found.take(page_of(ws, [target], audience), [target])
        found.take(page_of(ws, others, audience), others)
    found.take(page_of(ws, wards[:1], audience, last=EARLIER), wards[:1])
    return found


@pytest.fixture(scope="module")
def evidence(demo: Demo) -> dict[Audience, Evidence]:
    return {one: collected(demo, one) for one in (Audience.PARTNER, Audience.PUBLIC)}


@pytest.fixture(scope="module")
def truth(demo: Demo) -> Evidence:
    return collected(demo, Audience.ANALYST)


def true_numbers(truth: Evidence) -> dict[Unknown, int]:
    return {next(iter(held)): n for held, n in truth.sums if len(held) == 1}


@pytest.mark.parametrize("audience", [Audience.PARTNER, Audience.PUBLIC])
def test_no_sums_of_pages_give_a_hidden_number(
    demo: Demo, evidence: dict[Audience, Evidence], truth: Evidence, audience: Audience
) -> None:
    """What comes out is the number of drawn incidents, none: whether few are there or none."""
    found, real = solved(evidence[audience]), true_numbers(truth)
    small = {u for u in found.numbers if 0 < real[u] < threshold(audience, demo.settings)}
    assert len(small) > 5, "the attacker comes as far as a number where there are a few"
    assert {round(value) for value in found.numbers.values()} == {0}
    assert found.residual < 1e-6, "many pages are one look: their mean is what each says"


def test_the_same_attacker_reads_struck_out_exact_numbers(demo: Demo, truth: Evidence) -> None:
    """The control: subtracting gives nearly every number back that was struck out."""
    real, least = true_numbers(truth), threshold(Audience.PARTNER, demo.settings)
    struck = Evidence()
    for held, n in truth.sums:
        struck.keep(held, n, least=least)
    found = solved(struck)
    right = [u for u, value in found.numbers.items() if round(value) == real[u] > 0]
    assert len(right) > 5 and len(right) > 0.9 * sum(real[u] > 0 for u in found.numbers)


def test_two_audiences_together_tell_what_partners_are_told(
    evidence: dict[Audience, Evidence],
) -> None:
    """One person may hold both files: where partners see nothing the public's has nothing."""
    partner, public = (evidence[one] for one in (Audience.PARTNER, Audience.PUBLIC))
    assert partner.hidden and partner.hidden <= public.hidden
    shown = dict(partner.sums)
    both = [(n, shown[held]) for held, n in public.sums if held in shown]
    assert len(both) > 20 and all(n <= 2 * more for n, more in both)
    assert all(n % 10 == 0 and more % 5 == 0 for n, more in both)


# -- a hotspot and its hexagons --------------------------------------------------------------------


def hotspot_of(ws: Workspace) -> tuple[str, tuple[str, ...]]:
    """The smallest hotspot of partners' map of violence in Coventry, and its hexagons."""
    selection = ws.select(["violence"], first=FIRST, last=LAST, areas=["Coventry"])
    frame = ws.hotspots(selection, audience=Audience.PARTNER).cells.frame
    sizes = frame[frame["cluster"] > 0]["cluster"].value_counts()
    members = frame.loc[frame["cluster"] == sizes.index[-1], "cell"].astype(str)
    return members.iloc[0], tuple(members)


def hexagon_pages(demo: Demo, audience: Audience) -> Evidence:
    ws, found = demo.workspace, Evidence()
    at, members = hotspot_of(ws)
    selection = ws.select([KIND], first=FIRST, last=LAST, areas=["Coventry"])
    for cell in members:
        page = brief_page(ws, selection, at=f"cell:{cell}", audience=audience, now=NOW)
        found.take(page, [cell])
    wide = ws.select(["violence"], first=FIRST, last=LAST, areas=["Coventry"])
    if audience is Audience.PARTNER:
        page = brief_page(ws, wide, at=f"hotspot:{at}", audience=audience, now=NOW)
        told = re.search(r"Violence and sexual offences</th><td class='n'>([\d,]+)", page)
        months = sorted({month for _, month in found.hidden})
        if told:
            found.keep(frozenset(product(members, months)), int(told[1].replace(",", "")))
    return found


@pytest.mark.parametrize("audience", [Audience.PARTNER, Audience.PUBLIC])
def test_a_hotspot_less_its_hexagons_is_no_hidden_number(demo: Demo, audience: Audience) -> None:
    found = solved(hexagon_pages(demo, audience))
    step = threshold(audience, demo.settings)
    assert all(round(value) % step == 0 for value in found.numbers.values())
    assert found.residual < 1e-6


# -- none and few are one thing --------------------------------------------------------------------


def editions(ws: Workspace, audience: Audience) -> str:
    """Every brief of a place with a few incidents or none, and its digest, as text."""
    year = ws.select("robbery", first="2023-01", last="2023-12", areas="lad:L1")
    month = ws.select("robbery", first=MONTH, last=MONTH, areas="lad:L1")
    cell = grid.to_text(grid.cells_at(np.array([-1.93]), np.array([52.47]), resolution=9))[0]
    found = []
    asked = [
        (year, ""),
        (year, f"cell:{cell}"),
        (month, f"cell:{cell}"),
        (month, f"hotspot:{cell}"),
    ]
    for selection, at in asked:
        try:
            found.append(brief_page(ws, selection, at=at, audience=audience, now=NOW))
        except UserError as refusal:
            found.append(str(refusal))
    reader = reader_of(DEMO, roles=[Role.LEAD], areas=["lad:L1"])
    found.append(as_text(digest_of(ws.for_principal(reader), now=NOW, sources=NO_RECORDS)))
    return "\n".join(found).replace(ws.snapshot.id, "")


@pytest.mark.parametrize("audience", [Audience.PARTNER, Audience.PUBLIC])
def test_pages_of_none_and_of_few_are_the_same_letters(audience: Audience) -> None:
    stores = alike("D")
    assert editions(stores[0], audience) == editions(stores[4], audience)


def test_analysts_are_told_none_from_few() -> None:
    """The control: these pages do say it to who may know."""
    stores = alike("D")
    assert editions(stores[0], Audience.ANALYST) != editions(stores[4], Audience.ANALYST)


# -- digests ---------------------------------------------------------------------------------------


def digest_for(ws: Workspace, *roles: Role, now: datetime = NOW) -> Digest:
    reader = reader_of(DEMO, roles=roles, areas=["lad:E08000026"])
    return digest_of(ws.for_principal(reader), now=now, sources=NO_RECORDS)


def test_two_roles_together_read_what_each_reads(demo: Demo) -> None:
    """No section has a number more, or another one, for who holds both files."""
    alone = {role: set(digest_for(demo.workspace, role).sections) for role in Role}
    for one, other in ((Role.LEAD, Role.NAVIGATOR), (Role.ANALYST, Role.YOUTH_WORKER)):
        together = set(digest_for(demo.workspace, one, other).sections)
        assert together == alone[one] | alone[other]


def test_waiting_a_week_with_the_same_data_tells_nothing_new(demo: Demo) -> None:
    texts = [
        as_text(digest_for(demo.workspace, Role.LEAD, now=NOW + timedelta(days=days)))
        for days in (0, 7)
    ]
    lines = [text.partition("CHANGED")[2] for text in texts]
    assert lines[0] == lines[1] and "hexagon" in lines[0]
