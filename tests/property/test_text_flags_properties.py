"""Whatever is written, flags lie in the text, and a redaction takes all of them out and leaves the rest."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from vrp_map.flag_words import load_flag_words
from vrp_map.text_flags import REMOVED, flags_of, redact, stretches

WORDS = load_flag_words()
_SEEDS = (
    "07700 900123", "robin@example.org", "B99 9ZZ", "@kestrel", "snap: kestrel", "www.example.org", "my name is Robin",
    "12 Sample Street", "k1ll myself", "k n i f e", "county lines", "he hits me", "gonna stab Robin", "Die Hard",
)  # fmt: skip
texts = st.one_of(
    st.text(max_size=320),
    st.lists(st.one_of(st.sampled_from(_SEEDS), st.text(max_size=12)), max_size=12).map(" ".join),
    st.lists(st.sampled_from(_SEEDS), max_size=8).map("".join),
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(texts)
def test_flags_lie_in_the_text_and_come_in_its_order(text: str) -> None:
    flags = flags_of(text, WORDS)
    assert all(0 <= flag.start < flag.end <= len(text) for flag in flags)
    assert [flag.start for flag in flags] == sorted(flag.start for flag in flags)
    assert flags == flags_of(text, WORDS)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(texts)
def test_a_redaction_removes_every_flagged_stretch_and_keeps_the_rest(text: str) -> None:
    flags = flags_of(text, WORDS)
    spots = stretches(flags)
    assert all(end < start for (_, end), (start, _) in pairwise(spots))
    assert all(any(a <= flag.start and flag.end <= b for a, b in spots) for flag in flags)
    bounds = [0, *(at for spot in spots for at in spot), len(text)]
    kept = [text[a:b] for a, b in zip(bounds[::2], bounds[1::2], strict=True)]
    assert redact(text, flags) == REMOVED.join(kept)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(_SEEDS[:8]), st.text(st.characters(whitelist_categories=("Lo",)), max_size=40))
def test_a_detail_is_found_between_words_of_any_script(detail: str, around: str) -> None:
    text = f"{around} {detail} {around}"
    assert any(flag.identifies and flag.start >= len(around) for flag in flags_of(text, WORDS))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=4096))
def test_a_long_text_does_no_harm(text: str) -> None:
    assert isinstance(flags_of(text, WORDS), tuple)
