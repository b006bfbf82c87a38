"""What a page says of one hotspot, and what it calls it."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.places.gazetteer import cluster_name
from vrp_map.statistics.trend import real_or_chance
from vrp_map.vocabulary import HotspotClass
from vrp_map.wording import hotspot_sentence, stability_words

CHECKS = "larger hexagons and the period a month earlier"
LUCK = real_or_chance(HotspotClass.HOT_99, 0.002)
HOT = HotspotClass.HOT_99


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            (450, HOT, LUCK, "firm", "stubborn: hot in 36 of 36 months"),
            (
                f"450 incidents. {LUCK} It is firm: still a hotspot with {CHECKS}. Stubborn: hot in"
                " 36 of 36 months."
            ),
        ),
        (
            (1204, HOT, LUCK, "fragile", ""),
            f"1,204 incidents. {LUCK} It is fragile: it fails at least one check ({CHECKS}).",
        ),
        (
            (pd.NA, HOT, LUCK, "", ""),
            (
                "Too few incidents to show, or none; it stands out together with the hexagons"
                " around it."
                f" {LUCK}"
            ),
        ),
        (
            (1, HOT, LUCK, "", "new: hot in May 2026, never before"),
            f"1 incident. {LUCK} New: hot in May 2026, never before.",
        ),
        ((0, HOT, LUCK, "", ""), f"None here; the hexagons around it stand out. {LUCK}"),
        (
            (5, HotspotClass.COLD_99, LUCK, "", ""),
            f"5 incidents, fewer than chance would explain. {LUCK}",
        ),
        # What is no hotspot has no history to tell.
        (
            (5, HotspotClass.NONE, "Could be chance.", "", "past: hot in 9 of 10 months"),
            "5 incidents. Could be chance.",
        ),
    ],
)
def test_the_sentence(row: tuple[object, str, str, str, str], expected: str) -> None:
    assert hotspot_sentence(*row, checked_with=CHECKS) == expected


def test_no_check_is_claimed_that_did_not_run() -> None:
    assert stability_words("firm", "") == "It is firm."
    assert stability_words("", CHECKS) == stability_words("", "") == ""


@given(
    st.one_of(st.integers(0, 10**6), st.just(pd.NA)),
    st.sampled_from(HotspotClass),
    st.floats(0, 1),
    st.sampled_from(["firm", "fragile", ""]),
)
def test_the_sentence_never_contradicts_the_test(
    n: object, kind: HotspotClass, q: float, stability: str
) -> None:
    said = hotspot_sentence(n, kind.value, real_or_chance(kind.value, q), stability, "", CHECKS)
    assert said.endswith(".") and "nan" not in said.lower() and "<NA>" not in said
    assert ("could be chance" in said.lower()) == (kind is HotspotClass.NONE or q > 0.10)
    if kind is not HotspotClass.NONE:
        assert ("It is firm" in said) == (stability == "firm") and ("It is fragile" in said) == (
            stability == "fragile"
        )
    if most := re.search(r"at most (\d+) maps? in 100", said):
        assert q <= int(most[1]) / 100 + 1e-8
    # Short sentences: a child of eleven reads them.
    assert all(len(part.split()) <= 26 for part in re.split(r"[.:] ", said))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("Well Walk", "Coventry", "Coventry"), "around Well Walk, Coventry"),
        (
            ("near Wren Lane", "Birmingham", "Birmingham West"),
            "around Wren Lane, Birmingham, Birmingham West NPU",
        ),
        (("Well Walk", None, "Coventry"), "around Well Walk, Coventry NPU"),
        ((None, "Coventry", None), "Coventry"),
        ((None, None, None), "unnamed place"),
    ],
)
def test_a_place_is_named_once(
    labels: tuple[str | None, str | None, str | None], expected: str
) -> None:
    assert cluster_name(*labels) == expected
