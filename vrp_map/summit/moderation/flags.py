"""Flags of a text: personal details and words of harm, and where they are. Pure.

Flags put texts in an order and propose what to take out; they decide nothing, and a person reads
every text. They miss details that are spelled out ("oh seven seven"), that lie in another language,
that are written backwards or in a picture of letters, names that nobody introduces, places by
description ("the blue door by the chip shop") and every harm told in words that the list does not
have. They also flag what is harmless: a bus number of seven digits, a band called Blades.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from vrp_map.errors import UserError
from vrp_map.summit.moderation.details import DETAIL_WORDS, Detail, details_of
from vrp_map.summit.moderation.look_alikes import in_latin_letters

REMOVED = "[removed]"
_FEWEST_SPACED_LETTERS = 3
# A phrase cut in pieces, or written as one word, is found from this length on: shorter ones are in
# everyday words too.
_FEWEST_LETTERS_LOOSE = 7
# In a row of letters that all stand by themselves nobody meant everyday words.
_FEWEST_LETTERS_SPELLED = 5


@dataclass(frozen=True)
class Flag:
    """One thing found, at letters `start` up to (not with) `end` of the text.

    Attributes:
        kind: a `Detail`, or the name of a group of `FlagWords`. words: the same as people read it.
        disclosure: whether it may be a young person telling of harm to themselves: it proposes the
            safeguarding lane.
    """

    kind: str
    words: str
    start: int
    end: int
    disclosure: bool = False

    @property
    def identifies(self) -> bool:
        """Whether it is a personal detail, which a redaction takes out."""
        return self.kind in set(Detail)


@dataclass(frozen=True)
class PhraseGroup:
    """The phrases of one kind of harm as patterns over small letters and single spaces.

    Attributes:
        pattern: the phrases with their words apart, as the list has them. loose: with spaces where
            they may.
    """

    name: str
    words: str
    disclosure: bool
    pattern: re.Pattern[str]
    loose: re.Pattern[str]
    harmless_after: frozenset[str] = frozenset()


@dataclass(frozen=True)
class FlagWords:
    """The list of words of harm, ready to look for."""

    groups: tuple[PhraseGroup, ...]
    harmless: re.Pattern[str]


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int


def read_flag_words(table: Mapping[str, Any]) -> FlagWords:
    """The word list from its TOML table: groups, and `harmless` with `phrases`.

    Raises:
        UserError: a group that lacks one of them, or a phrase that is not text.
    """
    groups = []
    for name, group in table.items():
        try:
            patterns = _pattern(group["phrases"]), _pattern(group["phrases"], loose=True)
            if name != "harmless":
                after = frozenset(group.get("harmless_after", ()))
                groups.append(
                    PhraseGroup(
                        name, str(group["words"]), bool(group["disclosure"]), *patterns, after
                    )
                )
        except (KeyError, TypeError, AttributeError) as error:
            raise UserError(
                f"The group {name} of the flag words cannot be used.",
                hint='Give it words = "…", disclosure = true or false, and phrases = ["…"].',
            ) from error
    return FlagWords(tuple(groups), _pattern(table.get("harmless", {}).get("phrases", ())))


def flags_of(text: str, words: FlagWords) -> tuple[Flag, ...]:
    """All flags of any text, in the order of the text."""
    details = (Flag(kind, DETAIL_WORDS[kind], start, end) for kind, start, end in details_of(text))
    found = {*_harm(text, words), *details}
    return tuple(sorted(found, key=lambda flag: (flag.start, flag.end, flag.kind)))


def discloses(flags: Iterable[Flag]) -> bool:
    """Whether the flags propose the safeguarding lane."""
    return any(flag.disclosure for flag in flags)


def redact(text: str, flags: Iterable[Flag]) -> str:
    """The text with `REMOVED` for each flagged stretch; touching ones become one."""
    parts, at = [], 0
    for start, end in stretches(flags):
        parts += [text[at:start], REMOVED]
        at = end
    return "".join([*parts, text[at:]])


def stretches(flags: Iterable[Flag]) -> list[tuple[int, int]]:
    """Where the flags are, in order, those that overlap or touch as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted((flag.start, flag.end) for flag in flags):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _harm(text: str, words: FlagWords) -> set[Flag]:
    """What is found in any reading of the text; a phrase that is found twice is one flag."""
    latin = in_latin_letters(text)
    ways = [text] if latin == text else [text, latin]
    found = {flag for way in ways for tokens in _readings(way) for flag in _harm_in(tokens, words)}
    spelled = (_harm_in(run, words, fewest=_FEWEST_LETTERS_SPELLED) for run in _spelled_out(latin))
    return found.union(*spelled)


def _harm_in(
    tokens: list[_Word], words: FlagWords, *, fewest: int = _FEWEST_LETTERS_LOOSE
) -> list[Flag]:
    line = " ".join(token.text for token in tokens)
    # Where in the line each word begins: from letters of the line back to letters of the text.
    begins = list(accumulate((len(token.text) + 1 for token in tokens), initial=0))
    harmless = [match.span() for match in words.harmless.finditer(line)]
    found = []
    for group in words.groups:
        loose = (
            match
            for match in group.loose.finditer(line)
            if len(match.group().replace(" ", "")) >= fewest
        )
        for match in (*group.pattern.finditer(line), *loose):
            first, last = (
                bisect_right(begins, match.start()) - 1,
                bisect_right(begins, match.end() - 1) - 1,
            )
            follows = tokens[last + 1].text if last + 1 < len(tokens) else ""
            is_harmless = any(
                start < match.end() and match.start() < end for start, end in harmless
            )
            if not is_harmless and follows not in group.harmless_after:
                found.append(
                    Flag(
                        group.name,
                        group.words,
                        tokens[first].start,
                        tokens[last].end,
                        group.disclosure,
                    )
                )
    return found


def _readings(text: str) -> list[list[_Word]]:
    """The words of a text with their places, in every way they may be meant.

    In "don't" and "k1ll" the apostrophe and the digit are part of a word; in "kill'myself" and
    "kill1myself" they stand between two, and so may a letter of any other script.
    """
    meant = _words(text, _WORD)
    apart = _words(text, _LATIN)
    return [meant] if apart == meant else [meant, apart]


def _words(text: str, pattern: re.Pattern[str]) -> list[_Word]:
    """Words as the list spells them; three or more single letters make one word."""
    found: list[_Word] = []
    spaced: list[re.Match[str]] = []

    def close() -> None:
        if len(spaced) >= _FEWEST_SPACED_LETTERS:
            letters = "".join(m.group() for m in spaced)
            found.append(_Word(_plain(letters), spaced[0].start(), spaced[-1].end()))
        else:
            found.extend(_Word(_plain(m.group()), *m.span()) for m in spaced)
        spaced.clear()

    for match in pattern.finditer(text):
        # "k i l l" is one word; "I a" are two.
        if len(match.group()) > 1 or (spaced and not _is_gap(text, spaced[-1], match)):
            close()
        if len(match.group()) > 1:
            found.append(_Word(_plain(match.group()), *match.span()))
        else:
            spaced.append(match)
    close()
    return [word for word in found if word.text]


def _is_gap(text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    """Whether what stands between two letters is one sign, or a few without a space: "a...b"."""
    between = text[left.end() : right.start()]
    return len(between) <= 1 or (len(between) <= _MOST_SIGNS and " " not in between)


def _spelled_out(text: str) -> list[list[_Word]]:
    """Rows of single letters, each letter a word: nobody can tell where a word begins."""
    runs: list[list[re.Match[str]]] = [[]]
    for match in _WORD.finditer(text):
        if len(_plain(match.group())) != 1:
            runs.append([])
        elif runs[-1] and not _is_gap(text, runs[-1][-1], match):
            runs.append([match])
        else:
            runs[-1].append(match)
    return [
        [_Word(_plain(match.group()), *match.span()) for match in run]
        for run in runs
        if len(run) >= _FEWEST_LETTERS_SPELLED
    ]


def _plain(word: str) -> str:
    """Small letters without accents or apostrophes; a repeated letter stands three times."""
    letters = unicodedata.normalize("NFKD", word).casefold()
    letters = "".join(c for c in letters if (c.isalnum() and c not in _APOSTROPHES) or c in "@$!")
    return re.sub(r"([a-z])\1{3,}", r"\1\1\1", letters)


def _pattern(phrases: Iterable[str], *, loose: bool = False) -> re.Pattern[str]:
    """One pattern for all phrases; of none, one that is nowhere.

    Args:
        loose: also with a space between any two letters, and without those between words.
    """

    def one(phrase: list[str]) -> str:
        # With spaces in a short stem that stands alone, "a bus" would be the beginning of "abus*".
        is_whole = len(phrase) == 1 and "*" in phrase[0] and len(phrase[0]) <= _FEWEST_LETTERS_LOOSE
        gap = "[ ]?" if loose and not is_whole else ""
        words = [
            [way for word in words.split("|") for way in (word, *_SHORT.get(word, ()))]
            for words in phrase
        ]
        return (gap or "[ ]").join(
            f"(?:{'|'.join(_spelled(word, gap) for word in ways)})" for ways in words
        )

    # The longest first: in "b eat me up" the too short "beat me" must not come before "beat me up".
    split = sorted(
        (phrase.split() for phrase in phrases if phrase.split()), key=_fewest_letters, reverse=True
    )
    every = "|".join(map(one, split))
    return re.compile(rf"(?<![^ ])(?:{every})(?![^ ])" if every else r"(?!)")


def _fewest_letters(phrase: list[str]) -> int:
    return sum(min(map(len, word.split("|"))) for word in phrase)


def _spelled(word: str, gap: str) -> str:
    """A pattern of one word: digits for letters, letters pressed too long."""
    stem = word.removesuffix("*")
    letters = [(m.group(1), len(m.group())) for m in re.finditer(r"(.)\1*", stem)]
    parts = []
    for nth, (letter, times) in enumerate(letters, 1):
        one = f"[{letter}{_LEET[letter]}]" if letter in _LEET else re.escape(letter)
        longest = 3 if letter.isalpha() else times
        some = {times, longest} | (
            set(range(times, longest)) if nth == len(letters) and stem == word else set()
        )
        parts.append(
            "(?:" + "|".join(gap.join([one] * n) for n in sorted(some, reverse=True)) + ")"
        )
    return gap.join(parts) + ("" if stem == word else "[^ ]*")


# How words are also typed.
_SHORT = {"to": ("2",), "for": ("4",), "you": ("u",)}
_LEET = {
    "o": "0",
    "i": "1!",
    "l": "1",
    "e": "3",
    "a": "4@",
    "s": "5$",
    "t": "7",
    "b": "8",
    "g": "9",
}
_APOSTROPHES = "'’‘ʼʹ`´′＇"
_MOST_SIGNS = 4
# What is drawn over, through or around the letter before it.
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
_WORD = re.compile(
    rf"(?:[^\W_]|[$@])(?:(?:[^\W_]|[@$!{_APOSTROPHES}{_MARKS}])*(?:[^\W_]|[${_MARKS}]))?"
)
_LATIN = re.compile(
    "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a]+"
)
