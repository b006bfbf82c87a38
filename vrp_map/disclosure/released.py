"""Tables of how many people said a thing, as released.

They are no incidents, and carry no note or total of any.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import pandas as pd

from vrp_map import grid
from vrp_map.config import Settings
from vrp_map.disclosure.releases import CELLS, OF_THEMSELVES, Release, narrowed
from vrp_map.disclosure.sealed import Contents, Sealed, _fill
from vrp_map.disclosure.thresholds import staff_threshold, staff_threshold_alike

PEOPLE = "people"


class Released(Sealed):
    """A table of distinct contributors, from releases alone: kind, what, people.

    `total` is everybody who spoke, in all the events together, as released.
    """

    __slots__ = ()

    def __init__(
        self,
        releases: Iterable[Release],
        kinds: Sequence[str],
        *,
        settings: Settings,
        resolution: int | None = None,
    ) -> None:
        """Count what was let out of some events, without anything below today's k.

        Args:
            kinds: of `releases.KINDS`. resolution: for kinds counted by hexagon: those of another
                size cannot be laid over these, and are left out.
        """
        k, alike = staff_threshold(settings), staff_threshold_alike(settings)
        shown = [narrowed(release, k=k, alike=alike) for release in releases]
        rows = [
            (kind, str(what), n)
            for kind in kinds
            for what, n in added(shown, kind).items()
            if kind not in CELLS or _is_of_size(what, resolution)
        ]
        frame = pd.DataFrame(rows, columns=["kind", "what", PEOPLE]).astype({PEOPLE: "Int64"})
        everybody = sum(release.contributors for release in shown)
        notes = _notes(kinds, k=k, alike=alike, events=len(shown))
        about = {"counts": "people, each once at an event, as released"}
        _fill(
            self,
            Contents(
                frame, counts=(PEOPLE,), k=k, total=everybody or None, notes=notes, about=about
            ),
        )


def added(releases: Iterable[Release], kind: str) -> dict[Hashable, int]:
    """The released numbers of several events added: who was at two of them is in both."""
    found: dict[Hashable, int] = {}
    for release in releases:
        for what, n in release.counts[kind].items():
            found[what] = found.get(what, 0) + n
    return found


def _is_of_size(cell: Hashable, resolution: int | None) -> bool:
    return resolution is None or int(grid.resolutions(grid.from_text([str(cell)]))[0]) == resolution


def _notes(kinds: Sequence[str], *, k: int, alike: int, events: int) -> tuple[str, ...]:
    found = [
        f"Numbers of people: one appears only when at least {k} people gave that answer and {k} did"
        f" not, and it changes by {k} or more."
    ]
    if alike > k and set(kinds) & set(OF_THEMSELVES):
        found.append(f"What people say of themselves needs {alike}.")
    if events > 1:
        found.append("A person at several of these events counts once at each.")
    return tuple(found)
