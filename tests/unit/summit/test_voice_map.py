"""The map of the voice gap: rows, letters, colours that everybody can tell apart, pictures, and the
words beside.
"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from tests.staff_maps import layers_of, style_of
from tests.unit.maps.test_emerging_map import SIGHT, lab
from vrp_map import grid, maps
from vrp_map.config import Settings
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.disclosure.released import Released
from vrp_map.disclosure.releases import Release
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.statistics.voice_gap import Gap
from vrp_map.summit.voice_gap import map as voice
from vrp_map.summit.voice_gap import wording as voice_words
from vrp_map.vocabulary import Audience
from vrp_map.vocabulary.pins import REASONS_UNSAFE, STREETSAFE

SOURCES = maps.Sources(
    cells="/voice?x",
    hidden="/hidden",
    hotspots="/hot",
    lads="/l",
    lad_labels="/ll",
    places="/p/TIER",
)
VIEW = maps.View(-1.9, 52.48, 10)


def some_cells() -> Protected:
    cells = grid.cells_at(
        np.array([-1.9, -1.95, -2.0, -2.05, -2.1]), np.full(5, 52.48), resolution=8
    )
    frame = pd.DataFrame(
        {
            "rank": range(1, 6),
            "cell": grid.to_text(cells),
            "gap": [gap.value for gap in Gap],
            "unsafe": pd.array([30, 25, pd.NA, 9, pd.NA], dtype="Int64"),
            "safe": pd.array([pd.NA] * 4 + [12], dtype="Int64"),
            "n": [60, 820, 900, 110, 2],
        }
    )
    return protect(frame, audience=Audience.PARTNER, settings=Settings())


def test_the_rows_hold_classes_and_words_and_no_small_number() -> None:
    rows = voice.gap_rows(some_cells())
    assert [row["g"] for row in rows] == [0, 1, 2, 3, 4]
    assert [row["w"][0] for row in rows] == ["F", "B", "R", "N", "?"]
    assert rows[0] == {
        "h": rows[0]["h"],
        "g": 0,
        "r": 1,
        "w": "F · fear only",
        "u": "30",
        "s": "not enough voices",
        "n": "60",
    }
    assert (rows[4]["u"], rows[4]["s"], rows[4]["n"]) == (
        "not enough voices",
        "12",
        FEW_OR_NONE,
    )


def test_every_class_has_a_letter_of_its_own_and_words() -> None:
    assert set(voice_words.LETTERS) == set(voice_words.SAYS) == set(Gap)
    assert len(set(voice_words.LETTERS.values())) == len(Gap)


@pytest.mark.parametrize("sight", list(SIGHT))
@pytest.mark.parametrize("look", [maps.LIGHT, maps.DARK], ids=lambda look: look.name)
def test_the_colours_are_apart_for_every_kind_of_colour_vision(
    look: maps.Palette, sight: str
) -> None:
    colours = {gap.value: lab(colour, sight) for gap, colour in voice.gap_colours(look).items()}
    for (one, a), (other, b) in itertools.combinations(colours.items(), 2):
        assert float(np.linalg.norm(a - b)) > 18, f"{one} and {other}"


@pytest.mark.parametrize("look", [maps.LIGHT, maps.DARK], ids=lambda look: look.name)
def test_each_class_has_its_colour_and_few_voices_alone_are_hatched(look: maps.Palette) -> None:
    layers = layers_of(voice.voice_map(SOURCES, VIEW, palette=look))
    assert not {"hot", "hidden", "ways", "selected"} & set(layers), "nothing of the hotspots"
    fill, pattern = layers["cells"]["fill"], layers["cells"]["pattern"]
    rows = voice.gap_rows(some_cells())
    shown = {row["w"]: fill["colours"][row[fill["by"]]] for row in rows}
    assert shown == {voice_words.gap_words(g): c for g, c in voice.gap_colours(look).items()}
    hatched = [row["w"] for row in rows if pattern["kinds"][row[pattern["by"]]]]
    assert hatched == [voice_words.gap_words(Gap.FEW)]


def test_each_class_has_its_letter_on_the_map_and_few_voices_have_none() -> None:
    rows = voice.letter_rows(some_cells())
    assert [row["t"] for row in rows] == ["F", "B", "R", "N"]
    layers = layers_of(voice.voice_map(SOURCES, VIEW, palette=maps.LIGHT, letters=rows))
    assert layers["letters"]["data"] == rows and layers["letters"]["metres"]
    # Names of areas stay off the same hexagons.
    assert len(layers["cells"]["clear"]["of"]) == len(rows)


def test_what_a_hexagon_says_is_in_its_row() -> None:
    layer = layers_of(voice.voice_map(SOURCES, VIEW, palette=maps.LIGHT))["cells"]
    (row, *_) = voice.gap_rows(some_cells())
    assert [line.format(**row) for line in layer["says"]] == [
        "F · fear only",
        "Feel unsafe: 30",
        "Feel safe: not enough voices",
        "Recorded: 60",
        "Number 1 in the list",
    ]


def test_journeys_are_drawn_only_when_asked_for_and_under_what_is_picked() -> None:
    cell = str(some_cells().frame["cell"][0])
    layers = layers_of(
        voice.voice_map(SOURCES, VIEW, palette=maps.DARK, corridors="/ways?x", selected=[cell])
    )
    order = list(layers)
    assert order.index("cells") < order.index("ways") < order.index("selected")
    assert layers["ways"]["data"] == "/ways?x" and style_of(layers["ways"])["line"]["dash"]


def test_journeys_of_one_number_are_one_outline() -> None:
    people = dict(zip(some_cells().frame["cell"], [5, 5, 9, 9, 9], strict=True))
    counts = {**Release().counts, "corridor": people}
    ways = Released([Release(1, 40, counts)], ["corridor"], settings=Settings())
    ways = ways.deriving(cell=ways.frame["what"])
    features = voice.corridor_outlines(ways)["features"]
    assert [feature["properties"] for feature in features] == [{"n": 5}, {"n": 9}]


def row(gap: Gap, unsafe: object, n: object, safe: object = pd.NA) -> dict[str, object]:
    return {"gap": gap.value, "unsafe": unsafe, "safe": safe, "n": n}


def test_few_voices_are_never_called_safe_or_quiet() -> None:
    for gap in (Gap.FEW, Gap.RECORD):
        said = voice_words.of_cell(row(gap, pd.NA, 820), what="violence")
        assert said.startswith("Too few people to show feel unsafe here, or none.")
        assert "may still feel unsafe" in said
    few = voice_words.of_cell(row(Gap.FEW, pd.NA, pd.NA, 12), what="violence")
    assert "12 feel safe." in few and "too few incidents to show, or none" in few
    heard = voice_words.of_cell(row(Gap.RECORD, 9, 1710), what="violence")
    assert "higher than these voices would lead us to expect" in heard and "nearby" not in heard


@pytest.mark.parametrize(
    ("gaps", "said"),
    [
        (
            [Gap.FEAR] * 2 + [Gap.FEW],
            "In 2 places in Dudley, young people and others feel unsafe where little robbery",
        ),
        ([Gap.FEAR], "In 1 place in Dudley,"),
        ([Gap.BOTH, Gap.FEW], "Voices and records agree in 1 place in Dudley"),
        ([Gap.NEITHER], "These voices show no place in Dudley that is feared"),
        ([Gap.FEW] * 9, "Not enough people spoke about any place in Dudley"),
        ([], "Not enough people spoke"),
    ],
)
def test_the_headline_comes_from_the_classes(gaps: list[Gap], said: str) -> None:
    assert voice_words.headline([g.value for g in gaps], what="robbery", where="Dudley").startswith(
        said
    )


def test_answers_have_the_words_they_were_chosen_by() -> None:
    assert voice_words.answer("reason", "lighting") == "Dark or badly lit"
    assert voice_words.answer("help", "gone-today") == "gone today"
    assert set(STREETSAFE) == set(REASONS_UNSAFE)
