"""The synthetic summit: drawn alike every time, of pins that a phone could have sent, with what was
planted.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

import numpy as np

from pipelines.demo_pins import DrawnSummit, draw_summit, plan_of_summit
from pipelines.demo_ways import PinGround
from vrp_map import grid
from vrp_map.analysis.study.areas import study_area, study_cells
from vrp_map.config import Settings
from vrp_map.summit.pins.pin import check_place, read_pin
from vrp_map.warehouse.boundaries.layers import current_areas


@cache
def drawn() -> DrawnSummit:
    return draw_summit(Settings())


def test_the_same_pins_every_time_and_others_from_another_seed() -> None:
    again = draw_summit(Settings())
    assert again.pins == drawn().pins and again.planted == drawn().planted
    assert draw_summit(Settings(), seed=1).pins != drawn().pins


def test_a_hundred_and_sixty_people_of_three_kinds_with_several_pins_each() -> None:
    planted = drawn().planted
    each = Counter(pin.contributor for pin in drawn().pins)
    assert planted.contributors == len(each) == 160
    assert planted.by_role == {"young-person": 122, "officer": 25, "adult": 13}
    role_of = {pin.contributor: pin.role for pin in drawn().pins}
    assert Counter(role_of.values()) == planted.by_role
    assert min(each.values()) >= 2 and max(each.values()) <= Settings().most_pins_each
    assert {pin.feeling for pin in drawn().pins} == {"unsafe", "safe"}
    assert planted.journeys == sum(len(pin.cells) > 1 for pin in drawn().pins) == 30
    assert len({pin.key for pin in drawn().pins}) == planted.pins == len(drawn().pins)
    assert all((pin.age_band is None) == (pin.role != "young-person") for pin in drawn().pins)


def test_every_pin_is_one_that_the_server_takes() -> None:
    areas = current_areas(Settings())
    cells = study_cells(study_area((), areas), areas, resolution=10)
    for pin in drawn().pins:
        sent = {
            "event": pin.event,
            "key": str(pin.key),
            "contributor": pin.contributor,
            "cells": list(pin.cells),
            "setting": pin.setting,
            "feeling": pin.feeling,
            "reasons": list(pin.reasons),
            "when": {"weekday": pin.weekday, "hour_band": pin.hour_band},
            "role": pin.role,
            "age_band": pin.age_band,
            "helps": list(pin.helps),
            "text": pin.text,
            "table": pin.table_no,
        }
        read = read_pin(json.dumps(sent).encode())
        check_place(read, cells)
        assert read == pin


def test_every_text_says_that_it_is_made_up() -> None:
    texts = [pin.text for pin in drawn().pins if pin.text]
    assert len(texts) == drawn().planted.texts == 36
    assert all(text.startswith("Made-up text: ") for text in texts)
    assert max(Counter(pin.contributor for pin in drawn().pins if pin.text).values()) == 1
    assert "synthetic" in drawn().planted.name


def test_the_places_have_their_voices_and_silent_ones_none() -> None:
    wanted = {place["name"]: place for place in plan_of_summit()["place"]}
    assert Counter(place.kind for place in drawn().planted.places) == {
        "fear only": 6,
        "both high": 5,
        "record only": 3,
        "neither": 3,
        "safe": 2,
    }
    for place in drawn().planted.places:
        feeling = "safe" if place.kind == "safe" else "unsafe"
        people = {
            pin.contributor
            for pin in drawn().pins
            if pin.feeling == feeling
            and len(pin.cells) == 1
            and grid.to_text(grid.parents(grid.from_text(pin.cells), resolution=8)) == [place.cell]
        }
        assert len(people) == place.people
        assert (
            place.people == 0
            if place.kind == "record only"
            else place.people >= wanted[place.name]["people"]
        )


def test_cells_round_a_point_and_along_a_way() -> None:
    areas = current_areas(Settings())
    ground = PinGround(study_cells(study_area((), areas), areas, resolution=10))
    near = ground.around(-1.9, 52.48, radius_m=200)
    assert 5 < len(near) < 15  # a circle of 0.126 km² over hexagons of 0.0136 km²
    way = ground.along([-1.9, 52.48], [-1.88, 52.49], rng=np.random.default_rng(1))
    assert len(way) == len(set(way)) and 10 < len(way) <= 40
