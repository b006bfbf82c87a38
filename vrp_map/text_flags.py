"""What makes a text worth reading first: personal details and words of harm, and where in the text they are. Pure.

Flags put texts in an order and propose what to take out; they decide nothing, and a person reads every text. They miss
details that are spelled out ("oh seven seven"), that lie in another language or in a picture of letters, names that
nobody introduces, places by description ("the blue door by the chip shop") and every harm told in words that the list
does not have. They also flag what is harmless: a bus number of seven digits, a band called Blades.
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
from vrp_map.text_details import DETAIL_WORDS, Detail, details_of

REMOVED = "[removed]"
_MOST_LETTERS_ALIKE = 2
_FEWEST_SPACED_LETTERS = 3


@dataclass(frozen=True)
class Flag:
    """One thing found, at letters `start` up to (not with) `end` of the text.

    Attributes:
        kind: a `Detail`, or the name of a group of `FlagWords`. words: the same as people read it.
        disclosure: whether it may be a young person telling of harm to themselves: it proposes the safeguarding lane.
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
class Group:
    """The phrases of one kind of harm, as one pattern over small letters with one space between words."""

    name: str
    words: str
    disclosure: bool
    pattern: re.Pattern[str]
    harmless_after: frozenset[str] = frozenset()


@dataclass(frozen=True)
class FlagWords:
    """The list of words of harm, ready to look for."""

    groups: tuple[Group, ...]
    harmless: re.Pattern[str]


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int


def read_flag_words(table: Mapping[str, Any]) -> FlagWords:
    """The list from its TOML table: groups with `words`, `disclosure`, `phrases`; and `harmless` with `phrases`.

    Raises:
        UserError: a group that lacks one of them, or a phrase that is not text.
    """
    groups = []
    for name, group in table.items():
        try:
            pattern = _pattern(group["phrases"])
            if name != "harmless":
                after = frozenset(group.get("harmless_after", ()))
                groups.append(Group(name, str(group["words"]), bool(group["disclosure"]), pattern, after))
        except (KeyError, TypeError, AttributeError) as error:
            raise UserError(
                f"The group {name} of the flag words cannot be used.",
                hint='Give it words = "…", disclosure = true or false, and phrases = ["…"].',
            ) from error
    return FlagWords(tuple(groups), _pattern(table.get("harmless", {}).get("phrases", ())))


def flags_of(text: str, words: FlagWords) -> tuple[Flag, ...]:
    """Everything worth reading first in a text, in the order of the text; any text at all is allowed."""
    details = (Flag(kind, DETAIL_WORDS[kind], start, end) for kind, start, end in details_of(text))
    found = {*_harm(text, words), *details}
    return tuple(sorted(found, key=lambda flag: (flag.start, flag.end, flag.kind)))


def discloses(flags: Iterable[Flag]) -> bool:
    """Whether the flags propose the safeguarding lane."""
    return any(flag.disclosure for flag in flags)


def redact(text: str, flags: Iterable[Flag]) -> str:
    """The text with `REMOVED` in place of every flagged stretch; stretches that touch become one."""
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


def _harm(text: str, words: FlagWords) -> list[Flag]:
    tokens = _words(text)
    line = " ".join(token.text for token in tokens)
    # Where in the line each word begins: from letters of the line back to letters of the text.
    begins = list(accumulate((len(token.text) + 1 for token in tokens), initial=0))
    harmless = [match.span() for match in words.harmless.finditer(line)]
    found = []
    for group in words.groups:
        for match in group.pattern.finditer(line):
            first, last = bisect_right(begins, match.start()) - 1, bisect_right(begins, match.end() - 1) - 1
            follows = tokens[last + 1].text if last + 1 < len(tokens) else ""
            is_harmless = any(start < match.end() and match.start() < end for start, end in harmless)
            if not is_harmless and follows not in group.harmless_after:
                found.append(Flag(group.name, group.words, tokens[first].start, tokens[last].end, group.disclosure))
    return found


def _words(text: str) -> list[_Word]:
    """The words of a text as the list spells them, each with its place in the text as it was written."""
    found: list[_Word] = []
    spaced: list[re.Match[str]] = []

    def close() -> None:
        if len(spaced) >= _FEWEST_SPACED_LETTERS:
            letters = "".join(m.group() for m in spaced)
            found.append(_Word(_plain(letters), spaced[0].start(), spaced[-1].end()))
        else:
            found.extend(_Word(_plain(m.group()), *m.span()) for m in spaced)
        spaced.clear()

    for match in _WORD.finditer(text):
        # "k i l l" is one word; "I a" are two.
        if len(match.group()) > 1 or (spaced and match.start() - spaced[-1].end() > 1):
            close()
        if len(match.group()) > 1:
            found.append(_Word(_plain(match.group()), *match.span()))
        else:
            spaced.append(match)
    close()
    return found


def _plain(word: str) -> str:
    """Small letters without accents or apostrophes; 4 for a and the like; "killlll" as "kill"."""
    letters = unicodedata.normalize("NFKD", word).casefold()
    letters = "".join(c for c in letters if c.isalnum() or c in "@$!")
    if any(c.isalpha() for c in letters):
        letters = letters.translate(_LEET)
    return re.sub(r"([a-z])\1{2,}", lambda m: m.group(1) * _MOST_LETTERS_ALIKE, letters)


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all phrases; of none, one that is nowhere."""

    def word(text: str) -> str:
        return "(?:" + "|".join(re.escape(one).replace(r"\*", "[^ ]*") for one in text.split("|")) + ")"

    every = ["[ ]".join(word(text) for text in phrase.split()) for phrase in phrases if phrase.split()]
    return re.compile(rf"(?<![^ ])(?:{'|'.join(every)})(?![^ ])") if every else re.compile(r"(?!)")


_LEET = str.maketrans({"0": "o", "1": "i", "!": "i", "3": "e", "4": "a", "@": "a", "5": "s", "$": "s", "7": "t"})
_WORD = re.compile(r"[\w$](?:[\w@$'’!]*[\w$])?")
