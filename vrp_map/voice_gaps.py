"""Voices beside recorded violence for one choice: the table of hexagons, what was said, the sentence, the card.

Every number of voices is a released one, and every number of incidents one that the audience may see; the classes are
made of these alone, so they tell nothing that the numbers do not.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from vrp_map import grid, views, voice_words, wording
from vrp_map.areas import study_area, study_cells
from vrp_map.cell_names import NAMELESS, nearest_names
from vrp_map.disclosure import Protected
from vrp_map.errors import UserError
from vrp_map.pin_words import AGE_BANDS, STREETSAFE
from vrp_map.releases import OF_THEMSELVES
from vrp_map.selection import Selection
from vrp_map.statistics.voice_gap import LEVEL, TIMES, Gap, VoiceGaps, voice_gaps
from vrp_map.study import labels
from vrp_map.voice import Voices, cells_together, fewest, fewest_alike, together
from vrp_map.wall import most_unheard
from vrp_map.workspace import Workspace

_KINDS = ("setting", "reason", "help", "hour_band", "weekday", *OF_THEMSELVES)
# How near somebody must have spoken for silence to mean anything: nobody else may have come from there.
RINGS = 2
_ORDER = {gap.value: i for i, gap in enumerate(Gap)}


@dataclass(frozen=True)
class YouthVoice:
    """The Youth voice page in one object.

    Attributes:
        cells: rank, cell, name, lad, gap, unsafe, safe, n, q, sentence: every hexagon with a number to show.
        corridors: cell, name, lad, people: journeys, by hexagon. answers: kind, what, words, streetsafe, people.
        sentence: the headline. contributors: everybody who spoke, in all the chosen events. card: what ran.
        k: fewest contributors of a number; k_alike: of one that says who they are.
    """

    events: tuple[Voices, ...]
    cells: Protected
    corridors: Protected
    answers: Protected
    gaps: VoiceGaps
    sentence: str
    contributors: int
    k: int
    k_alike: int
    card: dict[str, Any]

    def count(self, gap: Gap) -> int:
        """How many hexagons of the table have a class."""
        return int((self.cells.frame["gap"] == gap.value).sum())


def youth_voice(ws: Workspace, chosen: Sequence[Voices], selection: Selection) -> YouthVoice:
    """The voices of some events beside the incidents of a selection.

    Raises:
        UserError: none of the events has a release; no hexagon lies in both the events' areas and the chosen ones; or
            no incident can be shown there.
    """
    out = tuple(one for one in chosen if one.is_out)
    if not out:
        raise UserError("Nothing has been let out of this event yet.", hint="Wait until enough people have pinned.")
    key = ("youth voice", tuple(one.key for one in out), selection, views.AUDIENCE)
    return views.remember(ws, key, lambda: _youth_voice(ws, out, selection))


def _youth_voice(ws: Workspace, out: tuple[Voices, ...], selection: Selection) -> YouthVoice:
    size, k = ws.settings.wall_resolution, fewest(ws.settings)
    # Whole hexagons, as on the wall: those at the edge of the chosen area hold incidents beyond it.
    counts = ws.counts(
        replace(selection, areas=ws.principal.areas), by="cell", resolution=size, audience=views.AUDIENCE
    )
    unsafe, safe, ways = (cells_together(out, kind, resolution=size) for kind in ("unsafe", "safe", "corridor"))
    study = _study(ws, out, selection, (*unsafe, *safe, *ways))
    if not len(study):
        raise UserError("None of these events took pins there.", hint="Choose a wider area, or another event.")
    frame = _hexagons(ws, study, counts, unsafe, safe)
    if not frame["n"].fillna(0).astype(int).any():
        raise UserError(
            "No incidents of this kind can be shown here, so there is nothing to compare the voices with.",
            hint="Choose a longer period, another kind, or a wider area.",
        )
    gaps = voice_gaps(
        frame["n"].astype("Float64").to_numpy(dtype=float, na_value=np.nan),
        frame["unsafe"].astype("Float64").to_numpy(dtype=float, na_value=np.nan),
        _near(study, (*unsafe, *safe, *ways)),
        most_hidden=counts.k if counts.k > 1 else 0,
        most_unheard=len(out) * most_unheard(k),
        # A batch that waits may have spoken of one hexagon, and not of all.
        most_everywhere=len(out) * (k - 1),
    )
    what = wording.what(selection.categories, ws.settings).lower()
    frame = frame.assign(gap=gaps.gap, q=np.round(gaps.q, 4))
    frame["sentence"] = [voice_words.of_cell(row, what=what) for row in frame.to_dict("records")]
    cells = _table(counts, _ranked(frame))
    people = sum(one.release.contributors for one in out)
    return YouthVoice(
        out, cells, _corridors(ws, counts, study, ways), _answers(counts, out), gaps,
        voice_words.headline(gaps.gap, what=what, where=_where(ws, selection)), people, k,
        fewest_alike(ws.settings), _card(ws, out, selection, gaps, cells, people),
    )  # fmt: skip


def _study(ws: Workspace, out: Sequence[Voices], selection: Selection, voiced: Sequence[int]) -> np.ndarray:
    """The wall's hexagons that are compared: those of the chosen areas in which any of the events took pins."""
    areas, size = ws.reader.current_areas, ws.settings.wall_resolution
    keys = selection.areas or ws.principal.areas
    cells = study_cells(study_area(keys, areas), areas, resolution=size)
    if not keys:
        # A hexagon at the edge, whose centre lies beyond, may have been spoken of all the same.
        cells = np.union1d(cells, np.array(voiced, dtype=np.uint64))
    if all(one.event.areas for one in out):
        taken = {key for one in out for key in one.event.areas}
        inside = study_cells(tuple(sorted(taken)), areas, resolution=size)
        cells = np.intersect1d(cells, np.union1d(inside, np.array(voiced, dtype=np.uint64)))
    return cells


def _near(study: np.ndarray, voiced: Sequence[int]) -> np.ndarray:
    """Whether anything was let out of a hexagon, or of one up to `RINGS` away."""
    near = np.isin(study, np.array(voiced, dtype=np.uint64))
    neighbours = grid.neighbour_index(study)
    for _ in range(RINGS):
        near = near | np.append(near, False)[neighbours].any(axis=1)
    return near


def _hexagons(
    ws: Workspace, study: np.ndarray, counts: Protected, unsafe: dict[int, int], safe: dict[int, int]
) -> pd.DataFrame:
    """cell, name, lad, unsafe, safe, n: one row a hexagon of the study; NA = hidden, or not released."""
    shown = counts.frame.set_index(grid.from_text(counts.frame["cell"].tolist()))["n"].astype("Int64")
    n = shown.reindex(study)
    if counts.k == 1:
        n = n.fillna(0)
    voices = {
        name: pd.Series(held, dtype="Int64").reindex([int(cell) for cell in study]).array
        for name, held in (("unsafe", unsafe), ("safe", safe))
    }
    named = _names(ws, study)
    return pd.DataFrame({"cell": grid.to_text(study), **named, **voices, "n": n.array})


def _names(ws: Workspace, cells: np.ndarray) -> dict[str, Any]:
    """name, as the wall says it, and lad of each hexagon."""
    lads = labels(ws.reader, ws.settings.wall_resolution)["lad"].reindex(cells)
    names = np.array(nearest_names(*grid.centres(cells), ws), dtype=object)
    return {"name": np.where(names == "", NAMELESS, names), "lad": lads.to_numpy(dtype=object)}


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Gaps first; in each class by voices, then by record, both as shown. Rows without any number are left out."""
    shown = frame[frame[["unsafe", "safe", "n"]].notna().any(axis=1)]
    by = shown.assign(
        first=shown["gap"].map(_ORDER), second=-shown["unsafe"].fillna(0).astype(int),
        third=-shown["n"].fillna(0).astype(int),
    )  # fmt: skip
    ordered = by.sort_values(["first", "second", "third", "cell"], ignore_index=True)
    ordered.insert(0, "rank", range(1, len(ordered) + 1))
    return ordered.drop(columns=["first", "second", "third"])


def _table(counts: Protected, frame: pd.DataFrame) -> Protected:
    """Protected incidents beside released voices: nothing in it is exact or below k."""
    hidden = frame["n"].isna() if "n" in frame else pd.Series(False, index=frame.index)
    return replace(counts.showing(frame.assign(hidden=hidden)), hidden=int(hidden.sum()))


def _corridors(ws: Workspace, counts: Protected, study: np.ndarray, ways: dict[int, int]) -> Protected:
    cells = np.array([cell for cell in ways if cell in set(study.tolist())], dtype=np.uint64)
    frame = pd.DataFrame(
        {"cell": grid.to_text(cells), **_names(ws, cells), "people": [ways[int(cell)] for cell in cells]}
    )
    return _table(counts, frame.sort_values(["people", "cell"], ascending=[False, True], ignore_index=True))


def _answers(counts: Protected, out: Sequence[Voices]) -> Protected:
    """What was said of the events as a whole: places cannot be told apart here, and are not.

    Most first, but ages in their order.
    """
    rows = [
        {
            "kind": kind, "what": str(what), "words": voice_words.answer(kind, str(what)),
            "streetsafe": STREETSAFE.get(str(what)) if kind == "reason" else None, "people": n,
        }
        for kind in _KINDS
        for what, n in _in_order(kind, together(out, kind))
    ]  # fmt: skip
    return _table(counts, pd.DataFrame(rows, columns=["kind", "what", "words", "streetsafe", "people"]))


def _in_order(kind: str, said: dict[Hashable, int]) -> list[tuple[Hashable, int]]:
    """An age of an older version, which the list no longer has, comes last."""
    if kind == "age_band":
        return sorted(said.items(), key=lambda held: [*AGE_BANDS, held[0]].index(held[0]))
    return sorted(said.items(), key=lambda held: -held[1])


def _where(ws: Workspace, selection: Selection) -> str:
    names = [str(ws.reader.current_areas.set_index("key")["name"][key]) for key in selection.areas]
    return wording.listed(names) if names else ws.settings.place_in_words


def _card(
    ws: Workspace, out: Sequence[Voices], selection: Selection, gaps: VoiceGaps, cells: Protected, people: int
) -> dict[str, Any]:
    first, last = selection.first or ws.snapshot.first_month, selection.last or ws.snapshot.last_month
    k, many = fewest(ws.settings), int(gaps.voices)
    return {
        "method": "Each hexagon's part of the voices against its part of the record: 2 by 2 chi-square with Yates's "
        "correction (Wheeler, Steenbeek and Andresen 2018), among the hexagons with enough voices",
        "correction": f"Benjamini and Yekutieli q-values over {gaps.tested:,} hexagons, two-sided; a gap has q up to "
        f"{LEVEL:g}",
        "record only": f"tested with the most unreleased voices, and only within {RINGS} hexagons of a released number",
        "high": f"at least {TIMES:g} times the mean of the hexagons, and more than chance (Poisson)",
        "voices": f"distinct contributors as released: {many:,} of hexagons and people together, {people:,} people",
        "recorded in the same hexagons": int(gaps.record),
        "mean recorded in a hexagon": round(gaps.mean, 1),
        "resolution": ws.settings.wall_resolution,
        "events": [f"{one.event.name}, {wording.day_words(one.event.starts_on)}" for one in out],
        "releases": [one.name for one in out],
        "categories": wording.what(selection.categories, ws.settings),
        "period": wording.period_words(first, last),
        "snapshot": ws.snapshot.id,
        "disclosure": f"Voices under {k}, and none, are not shown; numbers change by {k} or more from release to "
        f"release, and leave {k} or more of the event's people out. {cells.note}",
        "caveats": voice_words.caveats(events=len(out), k=k),
    }
