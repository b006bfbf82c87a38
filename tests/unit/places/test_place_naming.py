"""What hexagons and hotspots are called: by where they are, never by what was counted in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from vrp_map import grid
from vrp_map.analysis.hotspots.tables import clusters
from vrp_map.places.gazetteer import (
    LANDMARK_METRES,
    cell_context,
    cell_names,
    cluster_name,
    group_label,
    label_of,
)
from vrp_map.places.naming import KnownPlaces, is_home, names_for_staff, names_of_streets

MIDDLE = (-1.8948, 52.4802)
CELL = grid.cells_at([MIDDLE[0]], [MIDDLE[1]], resolution=9)
CELLS = np.sort(grid.with_neighbours(CELL))
NO_PLACES = pd.DataFrame({"place_id": [], "cell10": [], "lad": [], "npu": []})
METRE_NORTH = 1 / 111_200


def points(*named: tuple[str, float, float]) -> pd.DataFrame:
    """name, is_generic, lon, lat, cell10 of some made-up places."""
    frame = pd.DataFrame(named, columns=["name", "lon", "lat"]).assign(is_generic=False)
    at = frame["lon"].astype(float), frame["lat"].astype(float)
    return frame.assign(cell10=grid.cells_at(*at, resolution=10))


def middles(*names: str) -> pd.DataFrame:
    """A place in the middle of each cell, in the order of the cells."""
    lon, lat = grid.centres(CELLS[: len(names)])
    return points(*zip(names, lon.tolist(), lat.tolist(), strict=True))


def context(streets: pd.DataFrame, landmarks: pd.DataFrame) -> pd.DataFrame:
    made = cell_context(CELLS, places=NO_PLACES, streets=streets, landmarks=landmarks, resolution=9)
    return made.assign(lad="Birmingham", npu=None)


def cluster_rows(n: Sequence[int], labels: pd.DataFrame) -> pd.DataFrame:
    """As `test_cells` gives it, with all cells in one cluster."""
    numbers = {"n": n, "n_previous": 1, "residents": 9.0, "q": 0.01, "cluster": 1}
    return labels.reset_index().assign(**numbers, hotspot_class="hot 99%", both=0)


def test_a_hotspot_keeps_its_name_whatever_was_counted() -> None:
    """The same hexagons in another month, for another audience, have the same name."""
    streets = middles("Elm Road", "Oak Road", "Elm Road", "Ash Road", "Oak Road", "Elm Road", "Ivy")
    labels = context(streets, points(("Made-up Square tram stop", *MIDDLE)))
    names = {
        clusters(cluster_rows(np.roll([900, 5, 4, 3, 2, 1, 1], turn).tolist(), labels))[
            "name"
        ].iloc[0]
        for turn in range(7)
    }
    assert names == {"around Elm Road, near Made-up Square tram stop, Birmingham"}


def test_of_equally_many_names_the_one_in_the_middle_stands() -> None:
    names = [f"Street {chr(65 + i)}" for i in range(len(CELLS))]
    labels = context(middles(*names), points()[:0])
    own = names[int(np.flatnonzero(CELL[0] == CELLS)[0])]
    for order in (np.arange(7), np.arange(7)[::-1]):
        found = group_label(CELLS[order], labels.iloc[order])
        assert (found.name, found.landmark, found.lad, found.npu) == (own, None, "Birmingham", None)


def test_one_cell_is_near_a_street_of_another_and_a_group_is_around_it() -> None:
    lon, lat = grid.centres(CELLS[:1])
    labels = context(points(("Elm Road", float(lon[0]), float(lat[0]))), points()[:0])
    assert label_of(CELLS[1:2], labels).name == "near Elm Road"
    assert label_of(CELLS[:1], labels).name == label_of(CELLS, labels).name == "Elm Road"
    elsewhere = grid.cells_at([-3.0], [55.0], resolution=9)
    assert label_of(elsewhere, labels) == (None, None, None, None)


@pytest.mark.parametrize(("metres", "is_near"), [(0.95, True), (1.05, False)])
def test_a_landmark_is_named_only_where_it_is_near(metres: float, is_near: bool) -> None:
    lon, lat = (float(v[0]) for v in grid.centres(CELL))
    far = points(("Station", lon, lat + metres * LANDMARK_METRES * METRE_NORTH))
    near = context(middles("Elm Road"), far).loc[CELL[0], "landmark"]
    assert (near == "Station") if is_near else pd.isna(near)


def test_a_landmark_that_is_the_street_itself_is_not_said_twice() -> None:
    assert cluster_name("near The Park", "Walsall", None, landmark="The Park") == (
        "around The Park, Walsall"
    )
    assert cluster_name(None, None, None, landmark="The Park") == "near The Park"


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("B12 9QX", True),
        ("Elm Road b129qx", True),
        ("Elm Road, CV1 1AA, Coventry", True),
        ("14 Elm Road", True),
        ("14b, Elm Road", True),
        ("Flat 3, Elm House", True),
        ("2nd Avenue", False),
        ("A4040", False),
        ("M6 Junction 7", False),
        ("Elm Road", False),
        ("Flats Lane", False),
    ],
)
def test_no_home_names_a_hexagon(name: str, home: bool) -> None:
    assert is_home(name) == home
    known = KnownPlaces(None, ())
    own = points((name, *MIDDLE))
    public = names_of_streets(own, own, known)
    for named in (public, names_for_staff(own, public)):
        assert cell_names(CELL, named, 9).tolist() == [None if home else name]


def test_a_partners_own_points_name_a_hexagon_only_where_no_public_name_is_known() -> None:
    """So staff pages, the wall and the youth voices call it the same."""
    known = KnownPlaces(None, ())
    own, moved_to = points(("Hostel", *MIDDLE)), points(("Elm Road", MIDDLE[0], 52.4803))
    both = pd.concat([own, moved_to])
    public = names_of_streets(both, moved_to, known)
    assert cell_names(CELL, names_for_staff(both, public), 9).tolist() == ["Elm Road"]
    none_public = names_of_streets(own, moved_to, known)
    assert none_public.empty
    assert cell_names(CELL, names_for_staff(own, none_public), 9).tolist() == ["Hostel"]
