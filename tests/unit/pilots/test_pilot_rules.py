"""What a pilot must have, what is fixed, and which pilots touch each other."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time

import numpy as np
import pytest

from tests.made_up_pilots import FAR, MIDDLE, a_pilot, around
from vrp_map import grid
from vrp_map.common.dataclass_json import plain_of, typed_of
from vrp_map.errors import UserError
from vrp_map.pilots.catalogue import load_pilot_catalogue
from vrp_map.pilots.pilot import (
    Pilot,
    PilotPlaces,
    SchoolRoute,
    SessionWindow,
    check_pilot,
    check_ready,
    fixed_changes,
)
from vrp_map.pilots.places import cells_of_line, cells_of_text, overlaps, with_rings


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": " "}, "no name"),
        ({"end": date(2025, 1, 1)}, "before the first"),
        ({"kind": "sword"}, "kind is not in the list"),
        ({"approach": "magic"}, "approach is not in the list"),
        ({"state": "decided"}, "has a decision"),
        ({"months_before": 0}, "months before the start"),
        ({"budget": -1.0}, "below 0"),
        ({"budget": float("nan")}, "below 0"),
        ({"places": PilotPlaces(())}, "no area"),
        ({"places": PilotPlaces((MIDDLE, "88195c3a47fffff"))}, "not of one size"),
        ({"places": PilotPlaces((MIDDLE,), comparison=(MIDDLE,))}, "share hexagons"),
        ({"places": PilotPlaces((MIDDLE,), ring=(FAR,))}, "needs a comparison ring"),
        ({"co_designers": ("x" * 121,)}, "121 characters"),
    ],
)
def test_what_cannot_be_is_refused(more: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        check_pilot(a_pilot(**more), load_pilot_catalogue())


def test_a_pilot_is_ready_with_a_comparison_and_a_reason() -> None:
    check_ready(a_pilot())
    with pytest.raises(UserError, match=r"a comparison .* and|a comparison .*, a theory"):
        check_ready(a_pilot(places=PilotPlaces((MIDDLE,)), theory_of_change=" "))


def test_only_what_the_verdict_rests_on_is_fixed() -> None:
    pilot = a_pilot()
    assert fixed_changes(pilot, replace(pilot, learning="x", budget=5.0)) == ()
    changed = replace(pilot, outcomes=("robbery",), end=date(2026, 7, 31))
    assert fixed_changes(pilot, changed) == ("end", "outcomes")


def test_a_pilot_comes_back_from_plain_values_as_it_was() -> None:
    windows = (SessionWindow(time(8, 15), time(9)),)
    route = SchoolRoute(("Made-up School",), windows=windows, line=((-1.9, 52.5), (-1.89, 52.5)))
    pilot = a_pilot(route=route, budget=10.0, months_before=24)
    assert typed_of(Pilot, plain_of(pilot)) == pilot
    with pytest.raises((TypeError, ValueError)):
        typed_of(Pilot, plain_of(pilot) | {"months_before": "many"})


def test_rings_touch_and_stand_for_one_place_only() -> None:
    places = with_rings(a_pilot().places)
    assert len(places.ring) == len(places.comparison_ring) == 12
    assert not set(places.ring) & {*places.area, *places.comparison, *places.comparison_ring}
    assert with_rings(places) is places
    # Neighbours: what would be of both rings is of neither.
    beside = grid.to_text(np.setdiff1d(grid.with_neighbours(_of(places.ring)), _of(places.area)))
    near = with_rings(PilotPlaces((MIDDLE,), comparison=(sorted(set(beside))[0],)))
    assert not set(near.ring) & set(near.comparison_ring)
    check_pilot(a_pilot(places=near), load_pilot_catalogue())


def _of(cells: tuple[str, ...]) -> np.ndarray:
    return grid.from_text(cells)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "in the area or ring of P2026-01"),
        ({"places": PilotPlaces(with_rings(a_pilot().places).ring[:1])}, "7 hexagons|hexagons of"),
        ({"places": PilotPlaces(("88195c3a47fffff",))}, "hexagons of its area or ring"),
        ({"places": PilotPlaces((FAR,), comparison=(MIDDLE,))}, "Its comparison lies in"),
    ],
)
def test_a_pilot_that_touches_another_at_the_same_time_is_told(
    more: dict[str, object], says: str
) -> None:
    other = {"P2026-01": a_pilot()}
    found = overlaps(a_pilot(**more), other)
    assert len(found) == 1 and re.search(says, found[0])
    later = a_pilot(**more, start=date(2027, 1, 1), end=date(2027, 2, 1))
    assert overlaps(later, other) == []


def test_hexagons_of_a_list_and_of_a_line() -> None:
    assert cells_of_text(f"{FAR}, {MIDDLE.upper()}\n{MIDDLE};") == tuple(sorted((FAR, MIDDLE)))
    with pytest.raises(UserError, match="not an H3 cell"):
        cells_of_text("elsewhere")
    # A line is where its buffer is, and never falls between the middles of two hexagons.
    line = [(-1.9000, 52.4800), (-1.8900, 52.4800)]
    narrow = cells_of_line(line, buffer_m=5, resolution=9)
    wide = cells_of_line(line, buffer_m=400, resolution=9)
    ends = {grid.to_text(grid.cells_at([x], [y], resolution=9))[0] for x, y in line}
    assert ends <= set(narrow) < set(wide)
    area = grid.areas_km2(grid.from_text(wide)).sum()
    # 677 m by 800 m, and half a circle at each end.
    assert area == pytest.approx(0.677 * 0.8 + np.pi * 0.4**2, rel=0.2)
    with pytest.raises(UserError, match="two corners"):
        cells_of_line(line[:1], buffer_m=5, resolution=9)


def test_around_is_seven() -> None:
    assert len(around(MIDDLE)) == 7
