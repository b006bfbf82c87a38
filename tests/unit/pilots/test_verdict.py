"""The golden verdicts, and that the two ways of comparing must agree."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from vrp_map.cli import main
from vrp_map.pilots.verdict import PilotCounts, Verdict, judge
from vrp_map.statistics.early_looks import LookHistory
from vrp_map.statistics.wdd import BeforeAfter

PAPER = PilotCounts(
    BeforeAfter(207, 110), BeforeAfter(308, 318), BeforeAfter(178, 157), BeforeAfter(150, 140)
)
DISAGREE = PilotCounts(
    BeforeAfter(250, 160), BeforeAfter(245, 225), BeforeAfter(120, 130), BeforeAfter(118, 120)
)


def test_the_paper_is_working() -> None:
    found = judge(PAPER)
    assert found.verdict is Verdict.WORKING
    assert found.sentence.startswith("Working: -118 incidents against the comparison")
    assert "-196 to -40" in found.sentence
    assert "as long as such counts vary no more than chance" in found.sentence


def test_where_number_and_ratio_disagree_nothing_is_shown_and_both_are_said() -> None:
    found = judge(DISAGREE)
    assert found.verdict is Verdict.NOT_SHOWN
    assert found.difference.wdd == -62
    assert (round(found.difference.low, 2), round(found.difference.high, 2)) == (-134.49, 10.49)
    assert (round(found.ratio.irr, 3), round(found.ratio.low, 3), round(found.ratio.high, 3)) == (
        0.697,
        0.533,
        0.912,
    )
    assert "0.70 times as many" in found.sentence and "disagree" in found.sentence


def test_ten_incidents_cannot_show_anything() -> None:
    found = judge(PilotCounts(BeforeAfter(10, 4), BeforeAfter(10, 10)))
    assert found.verdict is Verdict.CANNOT_BE_SHOWN
    assert "10 incidents before, and only a fall of 11 or more" in found.sentence


def test_the_end_of_all_incidents_is_working_and_their_beginning_worse() -> None:
    ended = judge(PilotCounts(BeforeAfter(60, 0), BeforeAfter(60, 60)))
    assert ended.verdict is Verdict.WORKING
    begun = judge(PilotCounts(BeforeAfter(0, 60), BeforeAfter(60, 60)))
    assert begun.verdict is Verdict.WORSE
    few = judge(PilotCounts(BeforeAfter(11, 0), BeforeAfter(300, 299)))
    assert few.verdict is Verdict.CANNOT_BE_SHOWN


def test_a_comparison_without_incidents_is_said() -> None:
    found = judge(PilotCounts(BeforeAfter(40, 0), BeforeAfter(0, 0)))
    assert found.verdict is Verdict.NOT_SHOWN
    assert "compare with a place that has some" in found.sentence
    assert "could be chance" not in found.sentence
    one = judge(PilotCounts(BeforeAfter(1, 0), BeforeAfter(0, 0)))
    assert "there was 1 incident before" in one.sentence


def test_an_early_look_needs_more() -> None:
    """A fall that is working at the planned end is not yet at the first of four looks."""
    looks = LookHistory(36, 12, (3,))
    counts = PilotCounts(BeforeAfter(240, 9), BeforeAfter(240, 22), time_weights=(12, 1))
    assert judge(counts).verdict is Verdict.WORKING
    early = judge(replace(counts, looks=looks))
    assert early.verdict is Verdict.NOT_SHOWN and early.is_early
    assert "so far" in early.sentence and "widened for looking early" in early.sentence
    assert early.difference.high - early.difference.low > 5 * early.difference.se
    at_end = judge(replace(counts, looks=LookHistory(36, 12, (12,))))
    assert at_end.verdict is Verdict.WORKING and not at_end.is_early


def test_how_much_the_counts_vary_is_said() -> None:
    found = judge(replace(PAPER, dispersion=1.6))
    assert "vary 1.6 times as much as chance alone" in found.sentence
    assert "as long as" not in found.sentence
    assert judge(replace(PAPER, dispersion=1.6, freedom=9)).difference.p > found.difference.p


def test_a_rise_is_worse() -> None:
    assert judge(PilotCounts(BeforeAfter(100, 190), BeforeAfter(100, 100))).verdict is Verdict.WORSE


def test_counts_that_vary_more_say_less() -> None:
    counts = PilotCounts(BeforeAfter(207, 110), BeforeAfter(308, 318), dispersion=6)
    assert judge(counts).verdict is Verdict.NOT_SHOWN


def test_a_long_period_before_counts_for_its_length() -> None:
    """Twice as long before: 16 incidents there are 8 in a period like the one after."""
    counts = PilotCounts(BeforeAfter(16, 4), BeforeAfter(16, 10), time_weights=(2, 1))
    assert judge(counts).verdict is Verdict.CANNOT_BE_SHOWN


def test_by_command(capsys: pytest.CaptureFixture[str]) -> None:
    words = "--treated 207 110 --comparison 308 318 --ring 178 157 --comparison-ring 150 140"
    with pytest.raises(SystemExit, match="0"):
        main(["verdict", *words.split(), "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {
        "wdd",
        "se",
        "z",
        "ci95",
        "irr",
        "irr_ci95",
        "smallest_fall",
        "verdict",
        "sentence",
    }
    assert (answer["wdd"], answer["verdict"]) == (-118, "working")
    with pytest.raises(SystemExit, match="0"):
        main(["verdict", "--treated", "9", "0", "--comparison", "9", "8", "--json"])
    assert json.loads(capsys.readouterr().out)["irr"] == 0
    with pytest.raises(SystemExit, match="0"):
        main(["verdict", "--treated", "0", "9", "--comparison", "9", "8", "--json"])
    assert json.loads(capsys.readouterr().out)["irr"] is None
    looks = ["--time-weights", "4", "1", "--planned-months", "12", "--looked-at", "3"]
    with pytest.raises(SystemExit, match="0"):
        main(["verdict", "--treated", "200", "20", "--comparison", "200", "70", *looks, "--json"])
    assert json.loads(capsys.readouterr().out)["confidence"] > 0.99
    with pytest.raises(SystemExit, match=r"[^0]"):
        main(["verdict", "--treated", "9", "0", "--comparison", "9", "8", *looks[:-2]])
    assert "planned months" in capsys.readouterr().err
    with pytest.raises(SystemExit, match=r"[^0]"):
        main(["verdict", "--treated", "-9", "0", "--comparison", "9", "8"])
    assert "negative" in capsys.readouterr().err
