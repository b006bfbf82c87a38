"""The map of a staff page as AppTest has it: what the browser is told, and what one sends back."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest


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


def press(page: AppTest, cell: str) -> AppTest:
    """Press a hexagon of the page's map; "" = beside all of them."""
    return send(page, "pressed", {"cell": cell})
