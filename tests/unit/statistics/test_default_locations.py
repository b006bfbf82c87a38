"""Points that may be default locations: made-up ones are found, busy real-looking
ones are not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vrp_map.errors import UserError
from vrp_map.statistics.default_locations import (
    DefaultLocationReason,
    default_locations,
    is_desk,
    mix_difference,
)

MIX = np.array([30, 25, 15, 12, 8, 6, 4])  # of everywhere
SHOPS = np.array([0, 2, 0, 90, 4, 2, 2])
HELD = 12


def town(seed: int = 7) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A grid of 400 points about 110 m apart with some 8 incidents each, all of the town's mix."""
    rng = np.random.default_rng(seed)
    lat, lon = (axis.ravel() for axis in np.mgrid[0:20, 0:20] / 1000)
    return lon * 1.6 - 1.9, lat + 52.5, rng.poisson(8 * MIX / MIX.sum(), size=(400, len(MIX)))


def flagged(
    counts: np.ndarray, *, name: str | None = None, months: int = HELD, at: int = 210
) -> DefaultLocationReason:
    """The verdict on one point of a town in which nothing else is flagged."""
    lon, lat, table = town()
    table[at] = counts
    names = ["Mill Lane"] * 400
    active = np.full(400, 6)
    names[at], active[at] = name or "Fox Street", months
    found = default_locations(lon, lat, table, names=names, months=active, held=HELD)
    assert {ground for i, ground in enumerate(found) if i != at} == {DefaultLocationReason.NONE}
    return found[at]


def test_a_police_station_far_busier_than_its_streets_is_a_stand_in() -> None:
    assert flagged(MIX, name="Police Station") == DefaultLocationReason.DESK
    assert (
        flagged(SHOPS, name="Police Station") == DefaultLocationReason.DESK
    )  # its mix does not matter
    assert (
        flagged(MIX * 2 // 10, name="Police Station") == DefaultLocationReason.DESK
    )  # 18 incidents where 8 are usual


def test_a_police_station_no_busier_than_its_streets_misleads_nobody() -> None:
    assert flagged(MIX // 8, name="Police Station") == DefaultLocationReason.NONE


def test_fewer_than_ten_incidents_are_never_a_stand_in() -> None:
    lon, lat, table = town()
    table[:] = 0
    table[210, 0] = 9
    names = ["Police Station"] * 400
    assert not any(default_locations(lon, lat, table, names=names, months=np.ones(400), held=1))
    table[210, 0] = 10
    assert (
        default_locations(lon, lat, table, names=names, months=np.ones(400), held=1)[210]
        == DefaultLocationReason.DESK
    )


def test_a_street_that_takes_a_bit_of_everything_all_year_is_a_stand_in_whatever_its_name() -> None:
    assert flagged(MIX * 2) == DefaultLocationReason.EVERYTHING


@pytest.mark.parametrize(
    ("counts", "months"),
    [
        (SHOPS * 2, HELD),  # a shopping street: its own mix
        (MIX * 2, 9),  # a busy quarter: not month after month
        (MIX // 2, HELD),  # 47 incidents: too few to know a mix
    ],
)
def test_a_busy_place_of_its_own_kind_is_no_stand_in(counts: np.ndarray, months: int) -> None:
    assert flagged(counts, months=months) == DefaultLocationReason.NONE


def test_a_busy_neighbour_makes_a_point_part_of_a_busy_place() -> None:
    lon, lat, table = town()
    table[210], table[211] = MIX * 2, MIX  # half as busy, next door
    found = default_locations(
        lon, lat, table, names=[None] * 400, months=np.full(400, HELD), held=HELD
    )
    assert not any(found)


def test_with_few_categories_every_mix_is_alike_and_tells_nothing() -> None:
    lon, lat, table = town()
    table[210] = MIX * 2
    few = np.column_stack([table[:, :3].sum(axis=1), table[:, 3:].sum(axis=1)])
    assert not any(
        default_locations(lon, lat, few, names=[None] * 400, months=np.full(400, HELD), held=HELD)
    )


@pytest.mark.parametrize(
    ("name", "desk"),
    [
        ("Police Station", True),
        ("Worcester Police Station", True),
        ("Police Headquarters", True),
        ("Prison", True),
        ("Magistrates' Court", True),
        ("Law Courts", True),
        ("Police Station Road", False),
        ("Prison Lane", False),
        ("Lime Court", False),
        ("Petrol Station", False),
        ("Bus/Coach Station", False),
        ("Hospital", False),
        (None, False),
        (float("nan"), False),
    ],
)
def test_which_names_are_those_of_a_desk(name: object, desk: bool) -> None:
    assert is_desk([name]).tolist() == [desk]


def test_the_difference_of_mixes_by_hand() -> None:
    counts = np.array([[60, 10, 10, 10, 10], [20, 20, 20, 20, 20]])
    # |0.6 - 0.2| + 4 |0.1 - 0.2| = 0.8, half of it 0.4; by chance 5 sqrt(2 * 0.2 * 0.8 / (100 pi))
    # / 2 = 0.0798
    assert mix_difference(counts, np.array([0])) == pytest.approx([0.4 - 0.0797885], abs=1e-6)


def test_a_mix_drawn_from_that_of_the_others_does_not_differ() -> None:
    rng = np.random.default_rng(3)
    counts = np.vstack([rng.multinomial(200, MIX / MIX.sum(), size=500), MIX * 1000])
    found = mix_difference(counts, np.arange(500))
    assert abs(found.mean()) < 0.005
    assert found.max() < 0.15


def test_the_order_of_the_points_does_not_matter() -> None:
    lon, lat, table = town()
    table[210], table[37] = MIX * 2, MIX
    names = np.array(["Mill Lane"] * 400, dtype=object)
    names[37] = "Police Station"
    months = np.full(400, HELD)
    found = np.array(
        default_locations(lon, lat, table, names=names.tolist(), months=months, held=HELD)
    )
    order = np.random.default_rng(1).permutation(400)
    again = default_locations(
        lon[order],
        lat[order],
        table[order],
        names=names[order].tolist(),
        months=months[order],
        held=HELD,
    )
    assert found[order].tolist() == again
    assert sorted(found[found != ""]) == [
        DefaultLocationReason.DESK,
        DefaultLocationReason.EVERYTHING,
    ]


@pytest.mark.parametrize("points", [0, 1])
def test_no_point_or_a_lone_one_has_nothing_to_be_compared_with(points: int) -> None:
    counts = np.full((points, 7), 90)
    place = np.zeros(points)
    names = ["Police Station"] * points
    assert (
        default_locations(place, place, counts, names=names, months=place, held=1)
        == [DefaultLocationReason.NONE] * points
    )


def test_two_points_at_one_place_are_each_others_neighbours() -> None:
    place = np.zeros(2)
    names = ["Police Station", "Mill Lane"]
    counts = np.array([[30, 0], [1, 0]])
    assert default_locations(place, place, counts, names=names, months=[1, 1], held=1) == [
        DefaultLocationReason.DESK,
        DefaultLocationReason.NONE,
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lon": [0.0]}, "differ in number"),
        ({"lat": [0.0, np.nan]}, "has no place"),
        ({"counts": [[1], [-1]]}, "is negative"),
        ({"counts": [1, 2]}, "differ in number"),
        ({"names": ["one"]}, "differ in number"),
        ({"months": [1]}, "differ in number"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(change: dict[str, Any], said: str) -> None:
    good: dict[str, Any] = {
        "lon": [0.0, 1.0],
        "lat": [0.0, 1.0],
        "counts": [[1], [2]],
        "names": [None, None],
        "months": [1, 1],
    }
    given = good | change
    with pytest.raises(UserError, match=said):
        default_locations(
            given["lon"],
            given["lat"],
            given["counts"],
            names=given["names"],
            months=given["months"],
            held=1,
        )
