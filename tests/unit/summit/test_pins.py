"""Every reason for which a pin is refused, and that nothing else is."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import h3
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vrp_map import grid
from vrp_map.summit.pins.pin import MOST_BYTES, MOST_CELLS, PinRefused, check_place, read_pin
from vrp_map.vocabulary import pins as words

CELL = h3.latlng_to_cell(52.4797, -1.9027, 10)
GOOD: dict[str, Any] = {
    "event": "DEMO",
    "key": "2b6f0cc9-0d0a-4c5e-8d7e-3f0a1d2c3b4a",
    "contributor": "a" * 22,
    "cells": [CELL],
    "setting": "public-realm",
    "feeling": "unsafe",
    "reasons": ["lighting", "followed"],
    "when": {"weekday": "weekend", "hour_band": "night"},
    "role": "young-person",
    "age_band": "14-16",
    "helps": ["lighting"],
    "text": "",
    "thing": None,
}


def body(**changed: Any) -> bytes:
    return json.dumps(GOOD | changed).encode()


def test_a_whole_pin_is_read() -> None:
    pin = read_pin(body())
    assert (pin.event, pin.cells, pin.setting, pin.feeling) == (
        "DEMO",
        (CELL,),
        "public-realm",
        "unsafe",
    )
    assert pin.key == UUID(GOOD["key"]) and pin.reasons == ("lighting", "followed")
    assert (pin.weekday, pin.hour_band, pin.role, pin.age_band) == (
        "weekend",
        "night",
        "young-person",
        "14-16",
    )
    assert pin.text is None and pin.thing is None and pin.table_no is None
    assert read_pin(body(table=4)).table_no == 4


def test_everything_but_the_place_and_the_feeling_may_be_skipped() -> None:
    few = {
        name: GOOD[name] for name in ("event", "key", "contributor", "cells", "setting", "feeling")
    }
    pin = read_pin(json.dumps(few).encode())
    assert (pin.reasons, pin.weekday, pin.hour_band, pin.role, pin.age_band, pin.helps) == (
        (),
        "any",
        "any",
        None,
        None,
        (),
    )


@pytest.mark.parametrize(
    ("changed", "code", "status"),
    [
        ({"event": ""}, "event-unknown", 404),
        ({"event": 7}, "event-unknown", 404),
        ({"key": "1"}, "key", 400),
        *[({"table": value}, "table-unknown", 422) for value in (0, 100, True, "4", 4.5, [4])],
        ({"contributor": "short"}, "contributor", 400),
        ({"contributor": "a name with blanks in it"}, "contributor", 400),
        ({"cells": []}, "cell-missing", 422),
        ({"cells": "8a"}, "cell-missing", 422),
        ({"cells": ["52.4797,-1.9027"]}, "cell-unknown", 422),
        ({"cells": [h3.cell_to_parent(CELL, 9)]}, "cell-size", 422),
        ({"cells": [h3.cell_to_children(CELL, 11)[0]]}, "cell-size", 422),
        ({"cells": list(h3.grid_disk(CELL, 4))}, "too-many-cells", 422),
        ({"setting": "online"}, "setting-unknown", 422),
        ({"feeling": "angry"}, "feeling-unknown", 422),
        ({"reasons": ["good-lighting"]}, "reasons-unknown", 422),
        ({"reasons": list(words.REASONS_UNSAFE)[:4]}, "reasons-too-many", 422),
        ({"reasons": "lighting"}, "reasons-unknown", 422),
        ({"when": {"weekday": "Monday"}}, "weekday-unknown", 422),
        ({"when": []}, "when", 400),
        ({"when": {"weekday": "any", "lat": 52.4}}, "when", 400),
        ({"reasons": {}}, "reasons-unknown", 422),
        ({"helps": False}, "helps-unknown", 422),
        ({"key": 10**31}, "key", 400),
        ({"key": "urn:uuid:4b44a1a7-4d7d-4141-a90d-b7a9aa2e48a4"}, "key", 400),
        ({"event": "\ud800ab"}, "event-unknown", 404),
        ({"cells": ["8A195C05B877FFF"]}, "cell-unknown", 422),
        ({"cells": ["0x8a195c05b877fff"]}, "cell-unknown", 422),
        ({"cells": ["8a195c05b877fff\n"]}, "cell-unknown", 422),
        ({"when": "night"}, "when", 400),
        ({"role": "teacher"}, "role-unknown", 422),
        ({"age_band": "15"}, "age_band-unknown", 422),
        ({"helps": ["magic"]}, "helps-unknown", 422),
        ({"thing": "bench"}, "thing-unknown", 422),
        ({"text": "x" * 301}, "text-too-long", 422),
        ({"text": ["x"]}, "text", 400),
        ({"lat": 52.4797}, "unknown-field", 400),
        ({"name": "somebody"}, "unknown-field", 400),
    ],
)
def test_what_is_refused_and_why(changed: dict[str, Any], code: str | None, status: int) -> None:
    if code is None:
        read_pin(body(**changed))
        return
    with pytest.raises(PinRefused) as refused:
        read_pin(body(**changed))
    assert (refused.value.code, refused.value.status) == (code, status)
    # A sentence for the person: whole, plain, and nothing of what was typed.
    assert refused.value.message.endswith(".") and "{" not in refused.value.message


def test_a_body_that_is_too_big_or_no_json_is_refused() -> None:
    with pytest.raises(PinRefused, match="too much text") as refused:
        read_pin(b" " * (MOST_BYTES + 1))
    assert (refused.value.code, refused.value.status) == ("too-big", 413)
    for text in (b"", b"[]", b"{", b'"x"', b"\xff", b"[" * 4000):
        with pytest.raises(PinRefused, match="send it again"):
            read_pin(text)


def test_a_journey_keeps_its_order_and_each_hexagon_once() -> None:
    path = h3.grid_path_cells(CELL, h3.grid_ring(CELL, 8)[0])
    assert len(path) <= MOST_CELLS
    assert read_pin(body(cells=[*path, path[0]])).cells == tuple(path)


def test_script_is_text_and_control_characters_go() -> None:
    assert (
        read_pin(body(text="<script>alert(1)</script>\x00\u202e ok\n")).text
        == "<script>alert(1)</script> ok"
    )


def test_the_same_reason_twice_counts_once() -> None:
    assert read_pin(body(reasons=["lighting"] * 5)).reasons == ("lighting",)


def test_a_place_outside_the_event_is_refused() -> None:
    inside = np.sort(grid.from_text(h3.grid_disk(CELL, 3)))
    check_place(read_pin(body()), inside)
    far = h3.grid_ring(CELL, 5)[0]
    for cells in ([far], [CELL, far]):
        with pytest.raises(PinRefused, match="outside the area"):
            check_place(read_pin(body(cells=cells)), inside)
    with pytest.raises(PinRefused, match="outside the area"):
        check_place(read_pin(body()), inside[:0])


@settings(max_examples=100)
@given(
    st.dictionaries(
        st.sampled_from(sorted(GOOD)),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=4), inner, max_size=3)
            ),
            max_leaves=6,
        ),
    )
)
def test_whatever_is_sent_it_is_a_pin_or_a_refusal(changed: dict[str, Any]) -> None:
    try:
        pin = read_pin(json.dumps(GOOD | changed).encode())
    except PinRefused as refused:
        assert refused.code and 400 <= refused.status < 500
    else:
        assert pin.setting in words.SETTINGS and set(pin.reasons) <= set(words.REASONS[pin.feeling])


def test_every_reason_for_feeling_unsafe_says_what_streetsafe_calls_it() -> None:
    assert set(words.STREETSAFE) == set(words.REASONS_UNSAFE)
