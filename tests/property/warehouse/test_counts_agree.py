"""The SQL's counts against a count that anybody can check by reading it: random rows, random
selections.
"""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import h3
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.made_up import EAST, HEADER, MIDDLE, NORTH, SOUTH, WEST, csv_text, row, settings_in
from vrp_map.vocabulary import CATEGORIES
from vrp_map.warehouse.ingest.build import build
from vrp_map.workspace import Workspace, open_workspace

SLUGS = {name: slug for slug, name in CATEGORIES.items()}
KINDS = ["Robbery", "Burglary", "Drugs", "Anti-social behaviour", "Shoplifting"]
MONTHS = ["2023-11", "2023-12", "2024-01", "2024-02", "2024-04"]
AREAS = {
    "lad:L1": lambda x, y: WEST <= x <= MIDDLE and SOUTH <= y <= NORTH,
    "lad:L2": lambda x, y: MIDDLE < x <= EAST and SOUTH <= y <= NORTH,
    "lsoa:A1": lambda x, y: WEST <= x <= -1.93 and SOUTH <= y <= NORTH,
    "lsoa:A2": lambda x, y: -1.93 < x <= MIDDLE and SOUTH <= y <= NORTH,
    "lsoa:A3": lambda x, y: MIDDLE < x <= EAST and SOUTH <= y <= NORTH,
}

# A build takes half a second: few examples, each rich, and no hour spent on making a failing one
# smaller.
FEW = settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)

_longitude = st.one_of(
    st.sampled_from([WEST, -1.93, MIDDLE, EAST, -1.9300001]), st.floats(-1.98, -1.82)
)
_latitude = st.one_of(st.sampled_from([SOUTH, NORTH, 52.47]), st.floats(52.43, 52.51))
_point = st.one_of(
    st.tuples(_longitude, _latitude).map(lambda p: (f"{p[0]:.6f}", f"{p[1]:.6f}")),
    st.sampled_from(
        [("-1.915", "52.465")] * 6
        + [("", ""), ("", "52.4"), ("52.47", "-1.93"), ("0", "0"), ("x", "52.4")]
    ),
)
_rows = st.lists(
    st.builds(
        lambda crime_id, month, point, kind, force: row(
            crime_id=crime_id,
            month=month,
            longitude=point[0],
            latitude=point[1],
            crime_type=kind,
            reported_by=force,
        ),
        st.sampled_from(["", "", "", "a", "b", "c", "d"]),
        st.sampled_from([*MONTHS, *MONTHS, "2024-13", ""]),
        _point,
        st.sampled_from([*KINDS, *KINDS, "Violence", ""]),
        st.sampled_from(["One Police", "Two Police"]),
    ),
    min_size=1,
    max_size=150,
)


@dataclass(frozen=True)
class Incident:
    month: str
    slug: str
    x: float | None
    y: float | None


def accepted(rows: list[list[str]]) -> list[Incident]:
    """The rules in plain Python."""
    taken, seen = [], set()
    for r in rows:
        key, month, force, lon, lat, kind = r[0], r[1], r[2], r[4], r[5], r[9]
        placed = (lon, lat) not in (
            ("", ""),
            ("", "52.4"),
            ("52.47", "-1.93"),
            ("0", "0"),
            ("x", "52.4"),
        )
        if month not in MONTHS or kind not in SLUGS or not (placed or (lon, lat) == ("", "")):
            continue
        if key and (key, month, force) in seen:
            continue
        seen.add((key, month, force))
        taken.append(
            Incident(
                month, SLUGS[kind], float(lon) if placed else None, float(lat) if placed else None
            )
        )
    return taken


def inside(incident: Incident, area: str) -> bool:
    return incident.x is not None and AREAS[area](incident.x, incident.y)


def expected(
    taken: list[Incident], choice: dict[str, Any], key: Callable[[Incident], Any]
) -> dict[Any, int]:
    """The ten-line count."""
    return dict(
        Counter(
            key(i)
            for i in taken
            if i.slug in choice["categories"]
            and choice["first"] <= i.month <= choice["last"]
            and (not choice["areas"] or any(inside(i, area) for area in choice["areas"]))
            and key(i) is not None
        )
    )


def lad_of(i: Incident) -> str | None:
    return next((area.split(":")[1] for area in ("lad:L1", "lad:L2") if inside(i, area)), None)


def cell_of(resolution: int) -> Callable[[Incident], str | None]:
    return lambda i: (
        None if i.x is None else h3.cell_to_parent(h3.latlng_to_cell(i.y, i.x, 10), resolution)
    )


_choices = st.fixed_dictionaries(
    {
        "categories": st.lists(
            st.sampled_from([SLUGS[kind] for kind in KINDS]), min_size=1, max_size=5, unique=True
        ),
        "months": st.tuples(st.sampled_from(MONTHS), st.sampled_from(MONTHS)).map(sorted),
        "areas": st.lists(st.sampled_from(list(AREAS)), max_size=3, unique=True),
    }
).map(
    lambda c: {
        "categories": c["categories"],
        "first": c["months"][0],
        "last": c["months"][1],
        "areas": c["areas"],
    }
)


def counted(
    ws: Workspace, choice: dict[str, Any], by: str, key: str, **more: Any
) -> dict[Any, int]:
    selection = ws.select(
        choice["categories"], first=choice["first"], last=choice["last"], areas=choice["areas"]
    )
    protected = ws.counts(selection, by=by, audience="analyst", **more)
    assert protected.total == protected.frame["n"].sum() and not protected.frame["hidden"].any()
    return {k: n for k, n in zip(protected.frame[key], protected.frame["n"], strict=True) if n}


@FEW
@given(rows=_rows, choices=st.lists(_choices, min_size=4, max_size=4))
def test_every_count_is_that_of_plain_python(
    rows: list[list[str]], choices: list[dict[str, Any]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        setup = settings_in(Path(name))
        file = Path(name) / "2024-street.csv"
        file.write_text(csv_text(rows), newline="")
        ledger = build([file], settings=setup)
        taken = accepted(rows)
        assert (ledger.rows_read, ledger.rows_accepted) == (len(rows), len(taken))
        assert ledger.rows_quarantined == len(rows) - len(taken)
        assert ledger.distinct_locations == len({(i.x, i.y) for i in taken if i.x is not None})
        assert ledger.by_lad == dict(
            sorted(
                Counter(
                    {"L1": "Westborough", "L2": "Eastborough"}[lad]
                    for i in taken
                    if (lad := lad_of(i))
                ).items()
            )
        )
        if not taken:
            return
        ws = open_workspace(settings=setup)
        whole = {
            "categories": [SLUGS[k] for k in KINDS],
            "first": MONTHS[0],
            "last": MONTHS[-1],
            "areas": [],
        }
        for choice in [whole, *choices]:
            assert counted(ws, choice, "lad", "code") == expected(taken, choice, lad_of)
            assert counted(ws, choice, "category", "category") == expected(
                taken, choice, lambda i: i.slug
            )
            months = expected(taken, choice, lambda i: date(int(i.month[:4]), int(i.month[5:]), 1))
            assert counted(ws, choice, "month", "month") == months
            for resolution in (7, 8, 9, 10):
                cells = expected(taken, choice, cell_of(resolution))
                assert counted(ws, choice, "cell", "cell", resolution=resolution) == cells
            check_cell(ws, choice, taken, cells)


def check_cell(
    ws: Workspace, choice: dict[str, Any], taken: list[Incident], cells: dict[str, int]
) -> None:
    """One hexagon's own page agrees with the map, filters included."""
    if not cells:
        return
    cell = min(cells)
    selection = ws.select(
        choice["categories"], first=choice["first"], last=choice["last"], areas=choice["areas"]
    )
    figures = ws.cell(cell, selection, audience="analyst")
    assert figures.months.total == figures.categories.total == cells[cell]
    here = [i for i in taken if cell_of(10)(i) == cell]
    kinds = figures.categories.frame
    assert dict(zip(kinds["category"], kinds["n"], strict=True)) == expected(
        here, choice, lambda i: i.slug
    )


_garbage = st.lists(
    st.one_of(
        st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12),
        st.sampled_from(
            [
                "2024-01",
                "-1.93",
                "52.47",
                "Robbery",
                "",
                "  ",
                "1e999",
                "-0",
                "٣",
                '"',
                "=1+1",
                "\r",
                "\n",
                "\ufeff",
                "NULL",
            ]
        ),
    ),
    min_size=1,
    max_size=14,
)


@FEW
@given(
    rows=st.lists(
        st.one_of(
            _garbage,
            st.builds(
                lambda at, text: [*row()[:at], text, *row()[at + 1 :]],
                st.integers(0, 11),
                _garbage.map(lambda r: r[0]),
            ),
            st.just(row()),
        ),
        max_size=60,
    )
)
def test_nothing_is_lost_whatever_the_rows_hold(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "a.csv"
        file.write_text(csv_text(rows), newline="", encoding="utf-8")
        with file.open(encoding="utf-8-sig", newline="") as text:
            records = list(csv.reader(text))[1:]
        setup = settings_in(Path(name))
        ledger = build([file], settings=setup)
        assert not ledger.refused or ledger.rows_accepted == 0
        assert (
            ledger.rows_read
            == len([r for r in records if r])
            == ledger.rows_accepted + ledger.rows_quarantined
        )
        assert ledger.rows_accepted >= sum(r == row() for r in rows)
        if ledger.rows_accepted:
            quality = open_workspace(settings=setup).quality(rows=100)
            assert len(quality.refused) == ledger.rows_quarantined and all(
                len(reasons) for reasons in quality.refused["reasons"]
            )


def test_the_oracle_s_areas_are_those_of_the_files() -> None:
    assert len(HEADER) == 12
    assert lad_of(Incident("2024-01", "robbery", MIDDLE, 52.47)) == "L1"
    assert lad_of(Incident("2024-01", "robbery", EAST + 0.001, 52.47)) is None


@pytest.mark.parametrize("resolution", [7, 8, 9, 10])
def test_the_oracle_s_cells_are_parents(resolution: int) -> None:
    assert (
        h3.get_resolution(cell_of(resolution)(Incident("2024-01", "robbery", -1.9, 52.48)))
        == resolution
    )
