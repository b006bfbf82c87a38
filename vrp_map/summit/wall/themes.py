"""How many people spoke of a theme, read only from what a release shows already.

A pin has no theme. A table says which settings, reasons and helps speak of one; several of them
have people in common, so their numbers do not add. How many people they have together is never
counted either: beside the numbers that everyone sees, it would give others away that are under k
(22 spoke of a theme, 20 chose its only setting on show, so 2 chose one that is hidden). What can be
said without telling anything new: at least as many as its largest number.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from vrp_map.common.toml_table import read_toml_table
from vrp_map.errors import UserError
from vrp_map.vocabulary import pins as pin_words

_OURS = Path(__file__).with_name("themes.toml")
_HINT = "Compare it with vrp_map/summit/wall/themes.toml."
# Key in the table -> kind of a release, and the words of its codes.
_KINDS: dict[str, tuple[str, Mapping[str, str]]] = {
    "settings": ("setting", pin_words.SETTINGS),
    "reasons": ("reason", pin_words.REASONS_UNSAFE | pin_words.REASONS_SAFE),
    "helps": ("help", pin_words.HELPS),
}


@dataclass(frozen=True)
class Theme:
    """What speaks of a theme.

    Attributes:
        words: what is counted, one sentence without a full stop. answers: (kind of a release,
            code), in order.
    """

    words: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ThemeCounts:
    """A theme of an event with what a release shows of it.

    Attributes:
        at_least: the largest number among the answers; how many people they have together is not
            known.
        answers: (kind, code, words, people), most people first.
    """

    name: str
    words: str
    at_least: int
    answers: tuple[tuple[str, str, str, int], ...]


def spoken_of(
    names: Iterable[str],
    counts: Mapping[str, Mapping[Hashable, int]],
    *,
    known: Mapping[str, Theme],
) -> list[ThemeCounts]:
    """The themes of which a release shows anything, the most spoken of first.

    Args:
        names: the event's themes. counts: of a release: kind -> code -> people.
        known: as `load_themes` gives it; a theme that is not in it is left out.
    """
    found = []
    for name in names:
        theme = known.get(_folded(name))
        answers = sorted(_shown(theme, counts), key=lambda answer: -answer[3]) if theme else []
        if theme and answers:
            found.append(
                ThemeCounts(name[:1].upper() + name[1:], theme.words, answers[0][3], tuple(answers))
            )
    return sorted(found, key=lambda one: -one.at_least)


def _shown(
    theme: Theme, counts: Mapping[str, Mapping[Hashable, int]]
) -> Iterable[tuple[str, str, str, int]]:
    words = dict(_KINDS.values())
    for kind, code in theme.answers:
        people = counts.get(kind, {}).get(code, 0)
        if people:
            yield kind, code, words[kind][code], people


@lru_cache(maxsize=4)
def load_themes(file: str = "") -> Mapping[str, Theme]:
    """The table of a TOML file by folded names; without one, ours.

    Read once: a changed table needs a new start.

    Raises:
        UserError: a file that is not there, is no TOML, or a theme in it that is not right, and
            which.
    """
    path = Path(file) if file else _OURS
    table = read_toml_table(path, what="themes", setting="themes")
    return {_folded(name): _theme(name, held) for name, held in table.items()}


def _theme(name: str, held: Any) -> Theme:
    if (
        not isinstance(held, dict)
        or not isinstance(held.get("words"), str)
        or not held["words"].strip()
    ):
        raise UserError(f"The theme {name!r} does not say in words what is counted.", hint=_HINT)
    for key in held.keys() - {"words", *_KINDS}:
        raise UserError(
            f"The theme {name!r} has a line {key!r} that says nothing here.", hint=_HINT
        )
    answers = [
        (kind, code)
        for key, (kind, known) in _KINDS.items()
        for code in _codes(name, key, held, known)
    ]
    if not answers:
        raise UserError(f"The theme {name!r} names no answer that speaks of it.", hint=_HINT)
    return Theme(held["words"].strip().rstrip("."), tuple(answers))


def _codes(name: str, key: str, held: Mapping[str, Any], known: Mapping[str, str]) -> list[str]:
    codes = held.get(key, [])
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise UserError(f"The {key} of the theme {name!r} are not a list of codes.", hint=_HINT)
    for code in codes:
        if code not in known:
            raise UserError(
                f"The theme {name!r} names {code!r}, which is none of the {key}.",
                hint=f"Known: {', '.join(known)}.",
            )
    return list(dict.fromkeys(codes))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
