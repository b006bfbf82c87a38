"""Which places a page shows first: those that changed, not those that are largest every morning."""

from __future__ import annotations

import pandas as pd

from vrp_map.analysis.results import AreaTrend, Hotspots
from vrp_map.config import Settings
from vrp_map.disclosure.protect import protect
from vrp_map.views.hotspots import HotspotView
from vrp_map.vocabulary import Audience

PLACES = [
    ("Large and always so", 900, "stubborn: hot in 36 of 36 months", "could be chance"),
    ("Up", 300, "stubborn: hot in 36 of 36 months", "up"),
    ("Growing", 200, "growing: hot in 34 of 36 months, more and more", "could be chance"),
    ("New", 40, "new: hot in May 2026, never before", "up"),
    ("New for some months", 60, "hot for 3 consecutive months, never before", ""),
    ("Past", 50, "past: hot in 33 of 36 months, but not in May 2026", "down"),
]


def test_what_changed_comes_first_and_says_why() -> None:
    frame = pd.DataFrame(PLACES, columns=["name", "n", "emerging", "trend"]).assign(
        cluster=range(1, len(PLACES) + 1)
    )
    clusters = protect(frame, audience=Audience.ANALYST, settings=Settings())
    cells = protect(
        frame.assign(cell=[f"c{i}" for i in range(len(frame))]),
        audience=Audience.ANALYST,
        settings=Settings(),
    )
    months = protect(
        pd.DataFrame({"month": [], "n": []}), audience=Audience.ANALYST, settings=Settings()
    )
    view = HotspotView(Hotspots(cells, clusters, AreaTrend(months, None, ""), "", "", {}), ())
    found = view.worth_a_look
    assert found[["name", "why"]].to_numpy().tolist() == [
        ["New for some months", "newly hot"],
        ["New", "newly hot"],
        ["Up", "up"],
        ["Growing", "growing"],
        ["Large and always so", ""],
        ["Past", ""],
    ]
    assert view.places["name"].iloc[0] == "Large and always so"
