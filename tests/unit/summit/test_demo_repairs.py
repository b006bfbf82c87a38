"""The broken things of the synthetic event: said by pins that stay as they were, with names that
are on their lists.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import h3
import pytest

from pipelines.demo_pins import draw_summit, plan_of_summit
from pipelines.demo_repairs import with_things
from tests.unit.summit.test_thing_places import NO_AREAS, names
from vrp_map.config import Settings
from vrp_map.summit.pins.pin import Pin
from vrp_map.summit.pins.places import PlaceNames, no_places


@cache
def drawn() -> tuple[Pin, ...]:
    return draw_summit(Settings()).pins


@cache
def streets() -> PlaceNames:
    cells = sorted({cell for pin in drawn() for cell in pin.cells})
    return names(*[(f"Street of {h3.cell_to_parent(cell, 9)}", cell) for cell in cells])


def things(seed: int = 1) -> tuple[Pin, ...]:
    return with_things(drawn(), plan_of_summit(), streets(), resolution=8, seed=seed)


def test_nothing_else_of_a_pin_is_changed_and_every_run_says_the_same() -> None:
    said = things()
    assert said == things() and said != things(2)
    assert tuple(replace(pin, thing=None, thing_place=None) for pin in said) == drawn()


def test_so_many_say_so_as_were_planned_and_every_name_is_on_their_list() -> None:
    plan, said = plan_of_summit(), [pin for pin in things() if pin.thing]
    assert (
        len(said) == sum(thing["people"] for thing in plan["thing"]) + plan["things"]["scattered"]
    )
    named = [pin for pin in said if pin.thing_place]
    assert named and all(
        pin.thing_place in {f.name for f in streets().around(pin.cells)} for pin in named
    )
    assert max(Counter((pin.thing, pin.thing_place) for pin in named).values()) >= 5, (
        "one that enough people name"
    )
    assert all(pin.feeling == "unsafe" and len(pin.cells) == 1 for pin in said)


def test_without_names_no_place_is_named() -> None:
    said = with_things(
        drawn(), plan_of_summit(), PlaceNames(no_places(), NO_AREAS, NO_AREAS), resolution=8
    )
    assert sum(pin.thing is not None for pin in said) > 20 and not any(
        pin.thing_place for pin in said
    )


@pytest.mark.parametrize("thing", plan_of_summit()["thing"], ids=lambda thing: str(thing["at"]))
def test_a_planned_thing_stands_at_a_planted_place(thing: dict[str, object]) -> None:
    assert thing["at"] in {place["name"] for place in plan_of_summit()["place"]}
