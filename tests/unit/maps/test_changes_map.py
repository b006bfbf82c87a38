"""The maps of "What changed": rows, outlines, colours and pictures."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from tests.staff_maps import layers_of, style_of
from vrp_map import grid, maps
from vrp_map.analysis.periods import CellChange
from vrp_map.config import Settings
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.maps import changes
from vrp_map.vocabulary import Audience

SOURCES = maps.Sources(
    cells="/cells?x",
    hidden="/hidden?x",
    hotspots="/sure?x",
    lads="/l",
    lad_labels="/ll",
    places="/p/TIER",
)
VIEW = maps.View(-1.9, 52.48, 10)


def compared() -> Protected:
    cells = grid.cells_at(
        np.array([-1.9, -1.95, -2.0, -2.05, -2.1]), np.full(5, 52.48), resolution=9
    )
    frame = pd.DataFrame(
        {
            "rank": range(1, 6),
            "cell": grid.to_text(cells),
            "n": [60, 40, 2, 10, 0],
            "n_previous": [10, 20, 3, 25, 80],
            "verdict": [c.value for c in CellChange],
        }
    )
    return protect(
        frame, audience=Audience.PARTNER, settings=Settings(), counts=("n", "n_previous")
    )


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_rows_have_words_for_hidden_numbers_and_nothing_exact() -> None:
    rows = changes.change_rows(compared())
    assert [row["c"] for row in rows] == [0, 1, 2, 3, 4]
    assert rows[0] == {
        "h": rows[0]["h"],
        "c": 0,
        "w": "▲▲ clearly more",
        "n": "60",
        "b": "10",
        "r": 1,
    }
    assert (rows[2]["n"], rows[2]["b"]) == ("few, or none", "few, or none")
    assert rows[4]["n"] == "few, or none", "none is hidden like few"


def test_only_what_is_sure_is_outlined() -> None:
    features = changes.sure_outlines(compared())["features"]
    assert [feature["properties"]["heavy"] for feature in features] == [True, False]
    nothing = compared().deriving(verdict=CellChange.NONE.value)
    assert changes.sure_outlines(nothing)["features"] == []


def test_every_class_has_a_mark_of_its_own() -> None:
    assert len(set(changes.MARKS.values())) == len(CellChange)
    assert changes.change_words("perhaps fewer") == "▽ perhaps fewer"


@pytest.mark.parametrize("look", [maps.LIGHT, maps.DARK])
def test_marked_classes_stand_out_from_paper_and_from_each_other(look: maps.Palette) -> None:
    colours = changes.change_colours(look)
    marked = [colours[c] for c in CellChange if c is not CellChange.NONE]
    assert all(contrast(colour, look.paper) >= 3 for colour in marked)
    sure, likely = (colours[CellChange.MORE_SURE], colours[CellChange.MORE_LIKELY])
    assert contrast(sure, likely) > 2
    assert contrast(colours[CellChange.FEWER_SURE], colours[CellChange.FEWER_LIKELY]) > 2
    for a, b in pairwise(colours.values()):
        assert contrast(a, b) > 1.5


@pytest.mark.parametrize("look", [maps.LIGHT, maps.DARK], ids=lambda look: look.name)
def test_the_picture_colours_by_class_and_shows_no_hidden_layer(look: maps.Palette) -> None:
    layers = layers_of(changes.change_map(SOURCES, VIEW, palette=look))
    assert "hidden" not in layers and "hot" not in layers
    assert layers["cells"]["data"] == "/cells?x"
    colours = changes.change_colours(look)
    fill = layers["cells"]["fill"]
    shown = {row["w"]: fill["colours"][row[fill["by"]]] for row in changes.change_rows(compared())}
    assert shown == {changes.change_words(change): colour for change, colour in colours.items()}
    for field in ("w", "n", "b", "r"):
        assert f"{{{field}}}" in " ".join(layers["cells"]["says"])


def test_what_is_sure_is_outlined_in_its_colour_and_broken_where_it_is_fewer() -> None:
    sure = layers_of(changes.change_map(SOURCES, VIEW, palette=maps.LIGHT))["sure"]
    assert sure["data"] == "/sure?x"
    colours = changes.change_colours(maps.LIGHT)
    more, fewer = (style_of(sure, heavy=heavy) for heavy in (True, False))
    assert more["line"]["colour"] == colours[CellChange.MORE_SURE] and "dash" not in more["line"]
    assert fewer["line"]["colour"] == colours[CellChange.FEWER_SURE] and fewer["line"]["dash"]
    assert more["line"]["width"] == fewer["line"]["width"], "fewer is news as much as more"


def test_what_is_looked_at_is_outlined_over_what_is_sure() -> None:
    (cell, *_) = compared().frame["cell"]
    drawn = changes.change_map(SOURCES, VIEW, palette=maps.LIGHT, selected=[cell])
    order = list(layers_of(drawn))
    assert order.index("sure") < order.index("selected")


def test_the_picture_of_a_step_has_counts_alone() -> None:
    layers = layers_of(changes.step_map(SOURCES, VIEW, palette=maps.DARK, limits=(5, 10)))
    assert {"cells", "lads"} <= set(layers)
    assert not {"hot", "sure", "hidden"} & set(layers)
    ramp = maps.DARK.ramp
    assert layers["cells"]["fill"]["colours"] == [ramp[0], ramp[-1]]
    assert layers["cells"]["says"] == ["Incidents: {n}"]


def test_the_rows_of_a_step() -> None:
    limits = maps.class_limits(compared().frame["n"])
    rows = changes.step_rows(compared(), limits)
    assert {row["n"] for row in rows} == {"60", "40", "10"}
    assert all("k" not in row for row in rows)
