"""Tables of a hall: what a pin may say of its table, and how far friends who agree are
allowed for.
"""

from __future__ import annotations

import numpy as np
import pytest

from vrp_map import grid
from vrp_map.disclosure.releases import Release, clump_of, narrowed, next_release
from vrp_map.errors import UserError
from vrp_map.statistics.voice_gap import Gap, voice_gaps
from vrp_map.summit.event_address import event_address
from vrp_map.summit.voice_gap.wording import caveats, headline, of_cell

CELLS = [int(cell) for cell in grid.cells_at([-1.9, -1.8, -1.7], [52.48] * 3, resolution=10)]
RECORD = np.random.default_rng(4).lognormal(4.2, 1.0, 1300).round()


def pin(who: int, table: int | None, cell: int = CELLS[0], feeling: str = "unsafe") -> dict:
    return {"contributor": who, "table_no": table, "cells": [cell], "feeling": feeling}


def clump(pins: list[dict]) -> float | None:
    return clump_of(pins, resolution=8, k=5)


@pytest.mark.parametrize(
    ("pins", "expected"),
    [
        ([pin(i, i + 1) for i in range(6)], 1.0),
        ([pin(i, 1) for i in range(8)], 8.0),
        ([pin(i, 1 + i // 3) for i in range(7)], 2.4),  # 7 / 3, rounded up
        ([pin(i, 1 + i // 4) for i in range(8)] + [pin(i, i + 1, CELLS[1]) for i in range(8)], 4.0),
        ([pin(i, 1) for i in range(4)], 1.0),  # too few to show
        ([pin(0, 1)] * 9 + [pin(i, i + 1) for i in range(1, 5)], 1.0),  # one keen person is one
        ([pin(i, 1, feeling="safe") for i in range(8)], None),
        ([pin(i, None) for i in range(8)], None),
        ([pin(i, i + 1 if i < 8 else None) for i in range(10)], None),  # a fifth did not say
        ([pin(i, i + 1 if i < 19 else None) for i in range(20)], 1.1),
        ([], None),
    ],
)
def test_voices_for_each_table_where_that_is_most(pins: list[dict], expected: float | None) -> None:
    assert clump(pins) == expected


def test_it_stays_with_the_release() -> None:
    said = [(i, "unsafe", "A") for i in range(20)] + [(i, "safe", "B") for i in range(20, 40)]
    release = Release(clump=2.5)
    assert next_release(release, said, k=5).clump == narrowed(release, k=5).clump == 2.5


def groups_event(
    random: np.random.Generator, people: int, size: int, agree: float
) -> tuple[np.ndarray, float]:
    """Voices by place, and voices for each table, of a hall whose tables say the same in part of
    their three pins.
    """
    chance = RECORD / RECORD.sum()
    said = set()
    for person in range(people):
        table = person // size
        if person % size == 0:
            theirs = random.choice(len(RECORD), size=3, p=chance)
        own = random.choice(len(RECORD), size=3, p=chance)
        places = np.where(random.random(3) < agree, theirs, own)
        said |= {(table, person, int(place)) for place in places}
    voices = np.bincount([place for *_, place in said], minlength=len(RECORD)).astype(float)
    tables = np.bincount(
        [place for _, place in {(t, p) for t, _, p in said}], minlength=len(RECORD)
    )
    each = voices / np.maximum(tables, 1)
    return voices, float(np.ceil(10 * each[voices >= 5].max(initial=1)) / 10)


def gaps(voices: np.ndarray, of: float | None) -> list[str]:
    shown = np.where(voices >= 5, voices, np.nan)
    return voice_gaps(
        RECORD,
        shown,
        np.ones(len(RECORD)),
        most_hidden=5,
        most_unheard=13,
        most_everywhere=4,
        clump=of,
    ).gap.tolist()


@pytest.mark.parametrize(("size", "agree"), [(8, 1.0), (8, 0.5), (3, 1.0)])
def test_friends_who_agree_seldom_make_a_gap(size: int, agree: float) -> None:
    """Voices follow the record, table by table: undivided most events have a gap, divided one in
    twenty at most.
    """
    random = np.random.default_rng(8)
    events = [groups_event(random, 320, size, agree) for _ in range(30)]
    undivided = sum(Gap.FEAR in gaps(voices, 1.0) for voices, _ in events)
    divided = sum(bool({Gap.FEAR, Gap.RECORD} & set(gaps(voices, of))) for voices, of in events)
    assert undivided >= 15
    assert divided <= 2
    assert all(not {Gap.FEAR, Gap.RECORD} & set(gaps(voices, None)) for voices, _ in events)


def test_strangers_at_tables_are_heard() -> None:
    """25 people of 20 tables feel unsafe at a place with a usual record."""
    voices, _ = groups_event(np.random.default_rng(9), 160, 8, 0.0)
    usual = int(np.argsort(RECORD)[650])
    voices[usual] = 25
    assert gaps(voices, 1.8)[usual] == Gap.FEAR


@pytest.mark.parametrize("of", [0.5, float("inf"), float("nan")])
def test_less_than_one_voice_cannot_count_as_one(of: float) -> None:
    with pytest.raises(UserError, match="cannot count as one"):
        gaps(np.zeros(len(RECORD)), of)


def test_without_tables_the_words_say_that_nothing_is_tested() -> None:
    row = {"gap": Gap.NEITHER.value, "unsafe": 9, "safe": None, "n": 40}
    assert "no gap is tested" in of_cell(row, what="violence", is_tested=False)
    assert "no gap is tested" in headline(
        [Gap.NEITHER.value], what="violence", where="Dudley", is_tested=False
    )
    assert any("No place is called a gap" in line for line in caveats(events=1, k=5, clump=None))
    assert any("About 44 voices are needed" in line for line in caveats(events=1, k=5, clump=2.2))


def test_the_card_of_a_table_leads_to_the_page_with_its_number() -> None:
    at = event_address("SUM1", public_url="http://192.168.1.20:8501", asked_at="", table=4)
    assert at.url == "http://192.168.1.20:8501/pin/SUM1?table=4"
    assert at.short == "192.168.1.20:8501/pin"
