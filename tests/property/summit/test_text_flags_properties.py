"""Whatever is written, flags lie in the text, and a redaction takes all of them out and leaves the
rest.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from string import ascii_lowercase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vrp_map.common.plain_text import plain_text
from vrp_map.summit.moderation import flag_words
from vrp_map.summit.moderation.flags import REMOVED, discloses, flags_of, redact, stretches
from vrp_map.summit.moderation.look_alikes import in_latin_letters

WORDS = flag_words.load_flag_words()
_SEEDS = (
    "07700 900123",
    "robin@example.org",
    "B99 9ZZ",
    "@kestrel",
    "snap: kestrel",
    "www.example.org",
    "my name is Robin",
    "12 Sample Street",
    "k1ll myself",
    "k n i f e",
    "county lines",
    "he hits me",
    "gonna stab Robin",
    "Die Hard",
)
texts = st.one_of(
    st.text(max_size=320),
    st.lists(st.one_of(st.sampled_from(_SEEDS), st.text(max_size=12)), max_size=12).map(" ".join),
    st.lists(st.sampled_from(_SEEDS), max_size=8).map("".join),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(texts)
def test_flags_lie_in_the_text_and_come_in_its_order(text: str) -> None:
    flags = flags_of(text, WORDS)
    assert all(0 <= flag.start < flag.end <= len(text) for flag in flags)
    assert [flag.start for flag in flags] == sorted(flag.start for flag in flags)
    assert flags == flags_of(text, WORDS)


@settings(max_examples=150, deadline=None, derandomize=True)
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
@given(
    st.sampled_from(_SEEDS[:8]), st.text(st.characters(whitelist_categories=("Lo",)), max_size=40)
)
def test_a_detail_is_found_between_words_of_any_script(detail: str, around: str) -> None:
    text = f"{around} {detail} {around}"
    assert any(flag.identifies and flag.start >= len(around) for flag in flags_of(text, WORDS))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=4096))
def test_a_long_text_does_no_harm(text: str) -> None:
    assert isinstance(flags_of(text, WORDS), tuple)


def _disclosures() -> list[list[str]]:
    """Every phrase of our list that proposes the safeguarding lane, as words, with each of its
    alternatives once.
    """
    table = tomllib.loads(
        Path(flag_words.__file__).with_suffix(".toml").read_text(encoding="utf-8")
    )
    phrases = [
        p.replace("*", "").split()
        for g in table.values()
        if g.get("disclosure")
        for p in g["phrases"]
    ]
    ways = [[word.split("|") for word in phrase] for phrase in phrases]
    return [[w[nth % len(w)] for w in way] for way in ways for nth in range(max(map(len, way)))]


DISCLOSURES = _disclosures()
# Between words: every kind of space, what cannot be seen, signs, digits, emoji, and letters of
# another script.
_BETWEEN = (
    "\u00a0\u1680\u2000\u2003\u2007\u200a\u2028\u2029\u202f\u205f\u3000\t\n\r\v\f\x85"
    "\u00ad\u034f\u061c\u115f\u17b4\u180e\u200b\u200c\u200d\u200e\u202e\u2060\u2066\u2800\u3164\ufe0f\ufeff\uffa0"
    "\x00\x07\x1b\x7f\ud800\ue000\U000e0020_-.,;:/\\|*+&~^=<>()[]{}!?@$£%#\"'’ʼ`´·•…—²1580\u0301\u20e3😀❤한م"
)
between = st.text(st.sampled_from(_BETWEEN), min_size=1, max_size=4)


@pytest.mark.parametrize("sign", [*_BETWEEN, "👨‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "\r\n"], ids=ascii)
@pytest.mark.parametrize("phrase", ["kill myself", "hit me", "dont want to live", "owe them money"])
def test_any_sign_between_words_leaves_a_disclosure_found(phrase: str, sign: str) -> None:
    text = f"he said{sign}{phrase.replace(' ', sign)}{sign}and left"
    assert discloses(flags_of(plain_text(text), WORDS))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(DISCLOSURES), st.data())
def test_no_signs_between_words_hide_a_disclosure(phrase: list[str], data: st.DataObject) -> None:
    signs = [data.draw(between) for _ in range(len(phrase) + 1)]
    text = signs[0] + "".join(word + sign for word, sign in zip(phrase, signs[1:], strict=True))
    assert discloses(flags_of(plain_text(f"I{text}ok"), WORDS))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from([p for p in DISCLOSURES if len("".join(p)) >= 7]), st.data())
def test_a_sign_within_a_word_hides_no_longer_phrase(
    phrase: list[str], data: st.DataObject
) -> None:
    text = " ".join(phrase)
    # What a short stem ("abus*") begins is not searched in pieces.
    at = (
        data.draw(st.integers(1, len(phrase[0]) - 1))
        if len(phrase) > 1 and len(phrase[0]) > 1
        else 0
    )
    sign = data.draw(st.sampled_from("\u00ad\u200b\u2060 -._*"))
    assert discloses(flags_of(plain_text(text[:at] + sign + text[at:]), WORDS))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(DISCLOSURES), st.data())
def test_stress_on_the_keys_hides_no_disclosure(phrase: list[str], data: st.DataObject) -> None:
    """A letter pressed too long, capitals, digits for letters."""
    text = " ".join(phrase)
    at = data.draw(st.sampled_from([n for n, letter in enumerate(text) if letter.isalpha()]))
    pressed = text[:at] + text[at] * data.draw(st.integers(4, 9)) + text[at + 1 :]
    digits = str.maketrans(
        data.draw(st.sampled_from([{"o": "0"}, {"i": "1"}, {"l": "1"}, {"e": "3"}, {"a": "@"}]))
    )
    assert all(
        discloses(flags_of(said, WORDS))
        for said in (pressed, pressed.upper(), text.translate(digits))
    )


def _each(letters: str, others: str) -> Callable[[str], str]:
    return lambda text: text.translate(str.maketrans(letters, others))


def _from(first: int) -> Callable[[str], str]:
    """The small letters as those of a block that begins here."""
    return _each(ascii_lowercase, "".join(chr(first + n) for n in range(26)))


DISGUISES: dict[str, Callable[[str], str]] = {
    "Cyrillic": _each("aeopcxyikmsjh", "аеорсхуікмѕјһ"),
    "Greek": _each("aikovxtp", "αικονχτρ"),
    "small capitals": _each("abcdeghijklmnoprtuvwyz", "ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ"),
    "without dots": _each("ij", "ıȷ"),
    "full width": _from(0xFF41),
    "circles": _from(0x24D0),
    "black circles": _from(0x1F150),
    "squares": _from(0x1F130),
    "black squares": _from(0x1F170),
    "brackets": _from(0x249C),
    "letters of flags": _from(0x1F1E6),
    "bold": _from(0x1D41A),
    "script": _from(0x1D4EA),
    "accents": lambda text: "".join(f"{c}\u0301" for c in text),
    "struck through": lambda text: "".join(c if c == " " else f"{c}\u0336\u0489" for c in text),
    "in a box": lambda text: "".join(c if c == " " else f"{c}\u20de" for c in text),
}


@pytest.mark.parametrize("disguise", list(DISGUISES))
def test_no_look_alike_letters_hide_a_disclosure(disguise: str) -> None:
    for phrase in DISCLOSURES:
        written = DISGUISES[disguise](" ".join(phrase))
        text = plain_text(f"so {written} ok")
        found = [text[f.start : f.end] for f in flags_of(text, WORDS) if f.disclosure]
        assert found, written
        assert len(in_latin_letters(text)) == len(text)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(max_size=300))
def test_a_plain_text_is_one_line_that_stays_as_it_is(text: str) -> None:
    plain = plain_text(text)
    assert plain == plain_text(plain) == plain.strip()
    assert "  " not in plain and not any(c.isspace() and c != " " for c in plain)
