"""Whatever is sent as the place of a broken thing: it is on the list there, or nothing of the pin
is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import h3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.phones import START as NOW
from tests.phones import an_event, pin, summit_in
from tests.unit.summit.test_thing_places import names
from vrp_map.summit.pins.pin import PinRefused
from vrp_map.summit.pins.store import pins_of
from vrp_map.summit.service import Summit

CELLS = sorted(h3.grid_disk(h3.latlng_to_cell(52.4797, -1.9027, 10), 3))
LISTED = [f"Street {i}" for i in range(len(CELLS))]

places = st.one_of(
    st.sampled_from(LISTED),
    st.sampled_from(LISTED).map(str.upper),
    st.text(max_size=220),
    st.just("52.4797,-1.9027"),
    st.integers(),
    st.floats(allow_nan=False),
    st.lists(st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=3), st.floats(allow_nan=False), max_size=2),
    st.none(),
    st.booleans(),
)


@pytest.fixture(scope="module")
def summit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Summit]:
    found = summit_in(tmp_path_factory.mktemp("things"))
    made = names(*zip(LISTED, CELLS, strict=True))
    found.names = lambda _: made
    an_event(found)
    yield found
    found.records.close()


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    place=places,
    cells=st.lists(st.sampled_from(CELLS), min_size=1, max_size=4),
    thing=st.sampled_from(["light", None]),
)
def test_it_is_on_the_list_or_nothing_is_kept(
    summit: Summit, place: Any, cells: list[str], thing: str | None
) -> None:
    event = summit.event("DEMO")
    token = uuid4().hex
    sent = pin(0, cells=cells, thing=thing, thing_place=place) | {
        "key": str(uuid4()),
        "contributor": token,
    }
    before = pins_of(summit.records, event)
    around = {LISTED[CELLS.index(c)] for cell in cells for c in h3.grid_disk(cell, 1) if c in CELLS}
    may = place in (None, "") or (isinstance(place, str) and place in around and thing is not None)
    try:
        kept = summit.take(json.dumps(sent).encode(), address=None, now=NOW, clock=0.0).result()
    except PinRefused as refused:
        assert not may and refused.code.startswith("thing_place")
        assert len(pins_of(summit.records, event)) == len(before)
        return
    assert may and kept.is_new
    held = [p for p in pins_of(summit.records, event)["thing_place"] if isinstance(p, str)]
    was = [p for p in before["thing_place"] if isinstance(p, str)]
    assert sorted(held) == sorted([*was, place] if place else was)
