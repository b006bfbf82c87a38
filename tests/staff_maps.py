"""The map of a staff page: what its browser is told, of a page in AppTest too, and sends back."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from vrp_map.maps import StaffMap


def told(page: AppTest) -> dict[str, Any]:
    """What the page's only map is told."""
    (one,) = told_each(page)
    return one


def told_each(page: AppTest) -> list[dict[str, Any]]:
    """What each map of the page is told."""
    return [dict(json.loads(box.proto.json)) for box in page.get("bidi_component")]


def layers(page: AppTest) -> dict[str, dict[str, Any]]:
    """The layers of the page's map by name."""
    return {layer["id"]: layer for layer in told(page)["layers"]}


def send(page: AppTest, event: str, value: Any) -> AppTest:
    """Run the page as when the map's script sends an event: AppTest has no way of its own."""
    (box,) = page.get("bidi_component")
    states = page._tree.get_widget_states()
    sent = states.widgets.add()
    sent.id = f"$$STREAMLIT_INTERNAL_KEY_{box.proto.id}__events"
    sent.json_trigger_value = json.dumps([{"event": event, "value": value}])
    return page._run(states)


def no_presses(drawn: str) -> list[Any]:
    """What no map of ours sends of a press, but a browser could.

    Args:
        drawn: a hexagon that can be pressed.
    """
    names = ["x", f"cell:{drawn}", f" {drawn}", drawn.upper(), f"{drawn}\x00", "8" * 100_000]
    names += ["<img src=x onerror=alert(1)>", "ffffffffffffffff", "٨٩", "\ud800"]
    kinds = [None, True, 7, 1e300, [drawn], {drawn: drawn}]
    numbers = [None, True, -1, 0, 1.5, "1", 2**53, 10**30, [1]]
    presses = [
        *([[1, one]] for one in (*kinds, *names)),
        *([[number, drawn]] for number in numbers),
        *([one] for one in (*kinds, [], [1], [1, drawn, 2])),
    ]
    whole = [*kinds, drawn, {"cell": drawn}, {drawn: [[1, drawn]]}]
    return [*whole, *({"presses": one} for one in (*kinds, *presses))]


def press(page: AppTest, cell: str) -> AppTest:
    """Press a hexagon of the page's map; "" = beside all of them."""
    return press_each(page, cell)


def press_each(page: AppTest, *cells: str) -> AppTest:
    """Press several before the page has answered."""
    first = told(page)["heard"] + 1
    return send(page, "pressed", {"presses": [list(one) for one in enumerate(cells, first)]})


def spec_of(drawn: StaffMap) -> dict[str, Any]:
    """What is sent of a map: plain JSON and nothing else."""
    return dict(json.loads(json.dumps(drawn.spec(), allow_nan=False)))


def layers_of(drawn: StaffMap) -> dict[str, dict[str, Any]]:
    """The layers of a map by name, the lowest first; no two have one name."""
    every = spec_of(drawn)["layers"]
    named = {layer["id"]: layer for layer in every}
    assert len(named) == len(every)
    return named


def style_of(layer: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """How a line with these properties is drawn, as the browser looks it up."""
    key = "all" if "by" not in layer else json.dumps(properties[layer["by"]])
    return dict(layer["styles"][key])
