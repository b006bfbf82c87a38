"""The counts of each month as bars: on zero, each month in words, hidden ones never a fall."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.config import Settings
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.maps import theme
from vrp_map.ui.shared.charts import months_html
from vrp_map.vocabulary import Audience

_CHOSEN = (date(2025, 11, 1), date(2026, 10, 1))


def drawn(counts: list[int], *, audience: Audience = Audience.ANALYST) -> str:
    months = pd.date_range(end="2026-10-01", periods=len(counts), freq="MS")
    frame = pd.DataFrame({"month": months, "n": counts})
    protected = Protected(frame, audience=audience, settings=Settings())
    return months_html(
        protected, title="A <place>, each month", look=theme("light"), chosen=_CHOSEN
    )


def bars(page: str) -> list[tuple[str, float, str]]:
    """Each bar: its kind, how tall it is (of 1), its words."""
    found = re.findall(r"<li class='(\w*)' style='--tall:([\d.]+)'><span>(.*?)</span></li>", page)
    return [(kind, float(tall), words) for kind, tall, words in found]


def lines(page: str) -> list[tuple[float, int]]:
    """The numbers behind the bars: where each stands (of 1), and what it says."""
    found = re.findall(r"<i style='--tall:([\d.]+)'>([\d,]+)</i>", page)
    return [(float(tall), int(n.replace(",", ""))) for tall, n in found]


@given(st.lists(st.integers(0, 200_000), min_size=1, max_size=60).filter(any))
def test_bars_stand_on_zero_and_are_as_tall_as_their_numbers_say(counts: list[int]) -> None:
    page = drawn(counts)
    behind = lines(page)
    assert behind[0] == (0, 0) and behind[-1][0] == 1
    top = behind[-1][1]
    assert max(counts) <= top and 2 <= len(behind) <= 5
    steps = {after - before for (_, before), (_, after) in pairwise(behind)}
    assert len(steps) == 1
    assert [words.split(": ")[1] for _, _, words in bars(page)] == [f"{n:,}" for n in counts]
    for n, (_, tall, _) in zip(counts, bars(page), strict=True):
        assert tall == pytest.approx(n / top, abs=1e-4)


def test_the_chosen_months_are_strong_and_a_few_months_are_named_under_them() -> None:
    page = drawn([5] * 36)
    kinds = [kind for kind, _, _ in bars(page)]
    assert kinds == [""] * 24 + ["chosen"] * 12
    assert bars(page)[0][2] == "November 2023: 5"
    named = re.findall(r"<b style='--at:([\d.]+)'>(.*?)</b>", page)
    assert [name for _, name in named] == ["Jan 24", "Jan 25", "Jan 26"]
    # In the middle of its bar: January 2024 is the third of 36.
    assert float(named[0][0]) == pytest.approx(2.5 / 36, abs=1e-4)


@pytest.mark.parametrize("many", [1, 4, 7, 13, 36, 60, 150])
def test_no_more_months_are_named_than_there_is_room_for(many: int) -> None:
    assert 1 <= len(re.findall("<b ", drawn([1] * many))) <= 5


def test_a_hidden_month_is_said_and_has_no_height() -> None:
    page = drawn([40, 1, 60, 0], audience=Audience.PARTNER)
    kinds = [(kind, tall) for kind, tall, _ in bars(page)]
    assert kinds.count(("unshown", 0.0)) == page.count(f": {FEW_OR_NONE}</span>") >= 1
    assert f"with {FEW_OR_NONE}: hidden." in page
    assert not re.search(r": [12]</span>", page)


@pytest.mark.parametrize("counts", [[], [1, 1, 1]])
def test_where_nothing_can_be_shown_words_say_so(counts: list[int]) -> None:
    page = drawn(counts, audience=Audience.PARTNER)
    assert not bars(page)
    assert ("No months to draw." if not counts else "Every month here has") in page


def test_the_title_is_words_and_only_the_list_is_read_aloud() -> None:
    page = drawn([3, 4])
    assert "A &lt;place&gt;, each month" in page
    heard: list[str] = []

    class Aloud(HTMLParser):
        quiet = 0

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if self.quiet or ("aria-hidden", "true") in attrs:
                self.quiet += 1

        def handle_endtag(self, tag: str) -> None:
            self.quiet -= bool(self.quiet)

        def handle_data(self, data: str) -> None:
            if not self.quiet:
                heard.append(data)

    Aloud().feed(page)
    assert heard == ["A <place>, each month", "September 2026: 3", "October 2026: 4"]
