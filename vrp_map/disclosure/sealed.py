"""Tables that may be shown, and what may still be done to them.

Maps, reports and pages accept no other.

A sealed table is made by its own rule alone: `disclosure.protect` for incidents, `Released` for
contributors. From then on rows may be put in order or left out and columns derived, but no number
of a count column can be put in or changed. What a table holds lies in this module, not in the
object, so an object made in another way holds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Never, Self, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd

from vrp_map.disclosure.thresholds import is_exact

_KINDS = (
    "vrp_map.disclosure.protect.Protected",
    "vrp_map.disclosure.released.Released",
    "vrp_map.disclosure.response_counts.ResponseCounts",
)
HIDDEN = "hidden"
RANK = "rank"


@dataclass(frozen=True)
class Contents:
    """What a sealed table holds.

    Attributes:
        counts: the names that no column may be derived under, also when `only` has left that column
            out.
        k: 1 hides nothing. notes: what was done to the numbers, a sentence each.
        about: what an export says beside note and total.
    """

    frame: pd.DataFrame
    counts: tuple[str, ...]
    k: int
    total: int | None
    notes: tuple[str, ...]
    about: Mapping[str, Any]


class Sealed:
    """A table that may be shown."""

    __slots__ = ("__weakref__",)

    def __init_subclass__(cls) -> None:
        if f"{cls.__module__}.{cls.__qualname__}" not in _KINDS:
            raise TypeError(
                "A sealed table has no kinds of its own: a subclass could show other numbers."
            )

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> Never:
        raise TypeError(
            "A sealed table cannot be pickled: what comes back could have been changed on the way."
        )

    def __len__(self) -> int:
        return len(opened(self).frame)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        held = opened(self)
        return f"<{type(self).__name__}: {len(held.frame):,} rows, k={held.k}>"

    @property
    def frame(self) -> pd.DataFrame:
        """A copy of the rows, index 0, 1, 2, …; whatever is written into it stays in it."""
        return opened(self).frame.copy()

    @property
    def k(self) -> int:
        """The smallest number that shows; 1 = every one does."""
        return opened(self).k

    @property
    def is_exact(self) -> bool:
        """Whether every number shows, as it is."""
        return is_exact(self.k)

    @property
    def total(self) -> int | None:
        """Of everything that was counted, as shown; None = hidden.

        Rows that are left out stay in it.
        """
        return opened(self).total

    @property
    def note(self) -> str:
        """What was done to the numbers."""
        return " ".join(opened(self).notes)

    def head(self) -> dict[str, Any]:
        """What every export says of the numbers, above its rows."""
        held = opened(self)
        return {**held.about, "note": self.note, "total": held.total}

    def ordered(self, rows: npt.ArrayLike) -> Self:
        """The same rows in another order.

        Args:
            rows: the position of every row, once each.
        """
        at, frame = np.asarray(rows, dtype=np.int64), opened(self).frame
        if not np.array_equal(np.sort(at), np.arange(len(frame))):
            raise ValueError("An order names every row once.")
        return _again(self, frame.iloc[at])

    def ranked(self, rows: npt.ArrayLike) -> Self:
        """`ordered`, with a first column that numbers the rows from 1."""
        table = self.ordered(rows).deriving(rank=np.arange(1, len(self) + 1))
        return table.only([RANK, *(c for c in opened(table).frame if c != RANK)])

    def where(self, rows: npt.ArrayLike) -> Self:
        """Some of the rows.

        Args:
            rows: whether each row stays.
        """
        stays, frame = np.asarray(rows), opened(self).frame
        if stays.dtype != np.bool_ or stays.shape != (len(frame),):
            raise ValueError("Which rows stay is said of every row, by True or False.")
        return _again(self, frame[stays])

    def only(self, columns: Iterable[str]) -> Self:
        """Some of the columns, in this order; `hidden` stays."""
        chosen, frame = list(columns), opened(self).frame
        return _again(
            self, frame[[*chosen, *(c for c in (HIDDEN,) if c in frame and c not in chosen)]]
        )

    def without(self, *columns: str) -> Self:
        """Fewer columns; names that are none of the table's are passed over."""
        return self.only([c for c in opened(self).frame if c not in columns])

    def deriving(self, **columns: Any) -> Self:
        """The same table with columns computed from what it shows, or names of its units.

        Raises:
            ValueError: a column of counts, of their keys, or `hidden`: those come from the rule
                alone.
        """
        held = opened(self)
        taken = [
            name for name in columns if name in held.counts or name == HIDDEN or is_count_name(name)
        ]
        if taken:
            raise ValueError(f"Counts are protected, never derived: {', '.join(taken)}.")
        return _again(self, held.frame.assign(**columns))

    def beside(self, other: Sealed, *, on: str, **columns: str) -> Self:
        """The same rows with counts of another sealed table beside them; its notes are added to
        this one's.

        Args:
            on: a column that both have and that names a row of the other. columns: new name = the
                other's count column.
        """
        held, theirs = opened(self), opened(other)
        if not set(columns.values()) <= set(theirs.counts):
            raise ValueError("Only counts are put beside a table; anything else is derived.")
        of_unit = theirs.frame.set_index(on)
        found = {
            name: of_unit[column].reindex(held.frame[on]).array for name, column in columns.items()
        }
        clash = set(found) & {*held.counts, HIDDEN}
        if clash:
            raise ValueError(f"The table has counts of that name: {', '.join(sorted(clash))}.")
        notes = tuple(dict.fromkeys((*held.notes, *theirs.notes)))
        return _again(self, held.frame.assign(**found), counts=(*held.counts, *found), notes=notes)


T = TypeVar("T", bound=Sealed)
_contents: WeakKeyDictionary[Sealed, Contents] = WeakKeyDictionary()


def is_count_name(name: str) -> bool:
    """Whether a column of this name holds counts of incidents, or their keys: n, n_previous, key,
    unlocated_key.
    """
    return name in ("n", "key") or name.startswith(("n_", "key_")) or name.endswith("_key")


def opened(table: Sealed) -> Contents:
    """What a table holds.

    Raises:
        TypeError: it was not made by its rule.
    """
    # Asked of the type, for an object may claim another class, or to equal a table.
    held = _contents.get(table) if issubclass(type(table), Sealed) else None
    if held is None:
        raise TypeError("Only a table made by protect() or Released() may be shown.")
    return held


def _fill(table: Sealed, held: Contents) -> None:
    """Give a new table what it holds.

    For the two rules alone (the architecture test sees to it).
    """
    if table in _contents:
        raise TypeError("A sealed table cannot be filled again.")
    _contents[table] = replace(held, frame=held.frame.reset_index(drop=True))


def _again(table: T, frame: pd.DataFrame, **changes: Any) -> T:
    other = object.__new__(type(table))
    _fill(other, replace(_contents[table], frame=frame, **changes))
    return other
