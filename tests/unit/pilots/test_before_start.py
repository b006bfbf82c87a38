"""Can this be shown to work at this size?"""

from __future__ import annotations

import json

import pytest

from vrp_map.cli import main
from vrp_map.pilots.before_start import HIGH_IMPACT, FalseAlarms, TrafficLight, prospect_of
from vrp_map.statistics.power import ExpectedCounts, PilotSimulation


def test_ten_incidents_cannot_be_shown_unless_the_fall_is_more_than_all() -> None:
    found = prospect_of(ExpectedCounts((10, 10), 12, 12))
    assert found.light is TrafficLight.RED and found.smallest_fall > 10
    assert "a fall of 11 or more would show, which is more than all of them" in found.sentence
    assert found.likely_fall is None


@pytest.mark.parametrize(
    ("places", "light", "said"),
    [
        ((40.0, 40.0), TrafficLight.AMBER, "Only a fall of 68% or more"),
        ((15.0, 15.0), TrafficLight.AMBER, "Not even the end of all of them"),
        ((400.0, 400.0), TrafficLight.GREEN, "Can be shown"),
    ],
)
def test_the_light_and_its_words(places: tuple[float, ...], light: TrafficLight, said: str) -> None:
    found = prospect_of(ExpectedCounts(places, 24, 12))
    assert found.light is light and said in found.sentence
    assert "as long as such counts vary no more than chance" in found.sentence


@pytest.mark.parametrize(
    ("expected", "months", "said"),
    [
        (0.4, 12, "about 0.4 incidents are expected in the 12 months after"),
        (10, 1, "about 10 incidents are expected in the month after"),
        (1e9, 12, "about 1,000,000,000 incidents"),
    ],
)
def test_few_and_many_are_said_as_they_are(expected: float, months: float, said: str) -> None:
    assert said in prospect_of(ExpectedCounts((expected, expected), 12, months)).sentence


def test_each_remedy_works() -> None:
    plan = ExpectedCounts((200, 200), 24, 12)
    remedies = prospect_of(plan).remedies
    assert remedies.incidents and remedies.months_after and remedies.comparison
    mended = (
        plan.times(remedies.incidents / 200),
        plan.lasting(remedies.months_after),
        ExpectedCounts((200, 200 * remedies.comparison), 24, 12),
    )
    for better in mended:
        assert PilotSimulation(better).chance(HIGH_IMPACT) >= 0.77
    assert PilotSimulation(plan).chance(HIGH_IMPACT) < 0.8


def test_counts_that_vary_more_need_more() -> None:
    calm, wild = (prospect_of(ExpectedCounts((300, 300), 24, 12, d)) for d in (1.0, 2.5))
    assert (calm.light, wild.light) == (TrafficLight.GREEN, TrafficLight.AMBER)
    assert "no more than chance" not in wild.sentence


def test_placebo_pilots_are_said() -> None:
    alarms = FalseAlarms(400, working=10, worse=8, dispersion=2.26, unallowing=74)
    sentence = prospect_of(ExpectedCounts((40, 40), 24, 12), false_alarms=alarms).sentence
    assert "on 400 made-up pilots" in sentence and "vary 2.3 times as much" in sentence
    assert "2.5% would have been called working and 2.0% worse" in sentence
    assert "18.5% would have been called either" in sentence
    assert "too few incidents" in FalseAlarms(0, 0, 0).sentence


def test_by_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["pilots", "power", "--expected", "10", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert answer["light"] == "red" and answer["fall_seen_8_in_10"] is None
    assert answer["smallest_fall"] == pytest.approx(10.4, abs=0.05)
    words = "--expected 40 --months-before 24 --months-after 12 --ring 60"
    with pytest.raises(SystemExit, match="0"):
        main(["pilots", "power", *words.split()])
    assert "large fall" in capsys.readouterr().out
    for wrong, said in (
        ("", "recorded pilot or about counts"),
        ("--expected 0", "above 0"),
        ("--expected 9 --comparison-ring 9", "ring"),
    ):
        with pytest.raises(SystemExit, match=r"[^0]"):
            main(["pilots", "power", *wrong.split()])
        assert said in capsys.readouterr().err
