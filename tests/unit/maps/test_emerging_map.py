"""What is new on the map: groups, colours that everybody can tell apart, rows for the browser, the
sentence.
"""

from __future__ import annotations

import gzip
import itertools
import json

import numpy as np
import pandas as pd
import pytest

from vrp_map import maps
from vrp_map.analysis import emerging as analysis
from vrp_map.config import Settings
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.statistics.emerging import EmergingClass
from vrp_map.vocabulary import Audience

GROUP_OF = {
    EmergingClass.NEW_HOT: "new",
    EmergingClass.INTENSIFYING_HOT: "growing",
    EmergingClass.PERSISTENT_HOT: "stubborn",
    EmergingClass.CONSECUTIVE_HOT: "new",
    EmergingClass.SPORADIC_HOT: "on and off",
    EmergingClass.OSCILLATING_HOT: "on and off",
    EmergingClass.DIMINISHING_HOT: "fading or past",
    EmergingClass.HISTORICAL_HOT: "fading or past",
}
NEW, GROWING = (
    "new: hot in October 2026, never before",
    "growing: hot in 34 of 36 months, ever more so",
)


def some_cells(emerging: list[str | None], counts: list[int] | None = None) -> Protected:
    frame = pd.DataFrame(
        {
            "cell": [f"89195c05b{i:02x}ffff" for i in range(len(emerging))],
            "name": [f"near Street {i}" if i % 2 else f"Street {i}" for i in range(len(emerging))],
            "n": counts or [50] * len(emerging),
            "hotspot_class": [
                "hot 95%" if words else "not different from chance" for words in emerging
            ],
            "emerging": emerging,
        }
    )
    return protect(frame, audience=Audience.PARTNER, settings=Settings())


@pytest.mark.parametrize("kind", list(EmergingClass))
def test_every_class_of_the_analysis_has_its_group(kind: EmergingClass) -> None:
    words = analysis._WORDS.get(kind, "").format(last="May 2026", run=3, number=9, months=12)
    (group,) = maps.emerging_group(pd.Series([words]))
    assert (maps.NO_GROUP, *maps.GROUPS)[group].name == GROUP_OF.get(kind, maps.NO_GROUP.name)


def test_words_that_are_missing_or_not_known_are_no_pattern() -> None:
    assert maps.emerging_group(pd.Series([None, "", "something new"], dtype=object)).tolist() == [
        0,
        0,
        0,
    ]
    assert not maps.has_emerging(some_cells(["", ""]))
    assert maps.has_emerging(some_cells(["", NEW]))


def test_the_rows_hold_the_full_class_and_never_a_hidden_number() -> None:
    cells = some_cells([NEW, "", GROWING, "", ""], [3, 2, 0, 0, 52])
    rows = {row["h"][9:11]: row for row in maps.emerging_rows(cells)}
    # The third is hot by its neighbours alone; the second and fourth have neither a pattern nor a
    # number to show.
    assert list(rows) == ["00", "02", "04"]
    words = {"e": "New: hot in October 2026, never before", "n": FEW_OR_NONE}
    assert rows["00"] == {"h": "89195c05b00ffff", "t": "Street 0", "g": 1} | words
    assert rows["02"]["g"] == 2 and rows["02"]["n"] == FEW_OR_NONE
    assert int(rows["04"]["n"]) % 5 == 0
    assert maps.group_counts(cells) == [1, 1, 0, 0, 0, 1]
    assert sum(maps.group_counts(cells)) == len(rows)


def test_the_sentence_names_what_is_new_before_what_grows() -> None:
    assert (
        maps.emerging_sentence(some_cells([NEW, GROWING, GROWING, ""]))
        == "Newly hot: 1 hexagon, around Street 0. Hot nearly always and growing: 2 hexagons,"
        " around Street 1, Street 2."
    )
    assert (
        maps.emerging_sentence(some_cells(["", "stubborn: hot in 36 of 36 months"]))
        == "No hexagon here is clearly new, and none is clearly growing."
    )
    assert "around Street 0, Street 1, Street 2 and others" in maps.emerging_sentence(
        some_cells([NEW] * 4)
    )


def test_nine_and_a_half_thousand_cells_weigh_under_150_kb() -> None:
    words = ["", NEW, GROWING, "on and off: hot in 7 of 36 months, including October 2026"]
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "cell": [f"89195c{i:05x}7ffff"[:15] for i in rng.permutation(9500)],
            "name": [f"near Made-up Street {i}" for i in rng.integers(0, 1600, 9500)],
            "n": rng.integers(0, 1200, 9500),
            "emerging": [words[i] for i in rng.integers(0, 4, 9500)],
            "hotspot_class": "hot 95%",
        }
    )
    cells = protect(frame, audience=Audience.PARTNER, settings=Settings())
    body = json.dumps(maps.emerging_rows(cells), separators=(",", ":")).encode()
    assert len(gzip.compress(body, 5)) < 150_000


# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
SIGHT = {
    "full": np.eye(3),
    "no red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
    "no blue": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.3039],
    ],
}


def lab(colour: str, sight: str) -> np.ndarray:
    """CIE L*a*b* (D65) of a colour as somebody sees it."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(SIGHT[sight]) @ linear, 0, 1)
    xyz = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ seen
    )
    ratio = xyz / [0.9505, 1.0, 1.089]
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", list(SIGHT))
@pytest.mark.parametrize("look", [maps.LIGHT, maps.DARK], ids=lambda look: look.name)
def test_the_colours_are_apart_for_every_kind_of_colour_vision(
    look: maps.Palette, sight: str
) -> None:
    colours = {
        group.name: lab(group.colour(look), sight) for group in (*maps.GROUPS, maps.NO_GROUP)
    }
    for (one, a), (other, b) in itertools.combinations(colours.items(), 2):
        assert float(np.linalg.norm(a - b)) > 14, f"{one} and {other}"


def test_no_two_groups_share_colour_and_pattern() -> None:
    assert len({group.pattern for group in maps.GROUPS}) == len(maps.GROUPS)
