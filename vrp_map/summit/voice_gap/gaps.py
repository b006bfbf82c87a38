"""Voices beside recorded violence for one choice: hexagons, answers, sentence, card.

Every number of voices is a released one, and every number of incidents one that the audience may
see; the classes are made of these alone, so they tell nothing that the numbers do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from vrp_map import grid, wording
from vrp_map.analysis.study.areas import area_names, study_area, study_cells
from vrp_map.analysis.study.lattice import labels
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.released import Released
from vrp_map.disclosure.releases import OF_THEMSELVES
from vrp_map.disclosure.thresholds import (
    most_hidden,
    most_unheard,
    staff_threshold,
    staff_threshold_alike,
)
from vrp_map.errors import UserError
from vrp_map.places.naming import known_places
from vrp_map.selection import Selection
from vrp_map.statistics.voice_gap import LEVEL, TIMES, Gap, VoiceGaps, voice_gaps
from vrp_map.summit.cell_names import NAMELESS, nearest_names
from vrp_map.summit.voice_gap import wording as voice_words
from vrp_map.summit.voice_gap.released import EventVoices, cells_together
from vrp_map.views import hotspots as views
from vrp_map.vocabulary.pins import AGE_BANDS, STREETSAFE
from vrp_map.workspace import Workspace

_KINDS = ("setting", "reason", "help", "hour_band", "weekday", *OF_THEMSELVES)
# How near somebody must have spoken for silence to mean anything: nobody else may have come from
# there.
RINGS = 2
_ORDER = {gap.value: i for i, gap in enumerate(Gap)}


@dataclass(frozen=True)
class YouthVoice:
    """The Youth voice page in one object.

    Attributes:
        cells: rank, cell, name, lad, gap, unsafe, safe, n, q, sentence: every hexagon with a number
            to show.
        corridors: cell, name, lad, people: journeys, by hexagon. answers: kind, what, words,
            streetsafe, people.
        sentence: the headline. contributors: everyone who spoke, in all the chosen events. card:
            what ran.
        k: fewest contributors of a number; k_alike: of one that says who they are.
    """

    events: tuple[EventVoices, ...]
    cells: Protected
    corridors: Released
    answers: Released
    gaps: VoiceGaps
    sentence: str
    contributors: int
    k: int
    k_alike: int
    card: dict[str, Any]

    def count(self, gap: Gap) -> int:
        """How many hexagons of the table have a class."""
        return int((self.cells.frame["gap"] == gap.value).sum())


def youth_voice(ws: Workspace, chosen: Sequence[EventVoices], selection: Selection) -> YouthVoice:
    """The voices of some events beside the incidents of a selection.

    Raises:
        NotAllowed: the selection names an area that this person may not see.
        UserError: none of the events has a release; no hexagon lies in both the events' areas and
            the chosen ones; or no incident can be shown there.
    """
    selection = ws.allowed(selection)
    out = tuple(one for one in chosen if one.is_out)
    if not out:
        raise UserError(
            "Nothing has been released from this event yet.",
            hint="Wait until enough people have pinned.",
        )
    key = ("youth voice", tuple(one.key for one in out), selection, views.AUDIENCE)
    return views.remember(ws, key, lambda: _youth_voice(ws, out, selection))


def _youth_voice(ws: Workspace, out: tuple[EventVoices, ...], selection: Selection) -> YouthVoice:
    size, k = ws.settings.wall_resolution, staff_threshold(ws.settings)
    # Whole hexagons, as on the wall: those at the edge of the chosen area hold incidents beyond it.
    counts = ws.counts(
        replace(selection, areas=ws.principal.areas),
        by="cell",
        resolution=size,
        audience=views.AUDIENCE,
    )
    unsafe, safe, ways = (
        cells_together(out, kind, resolution=size) for kind in ("unsafe", "safe", "corridor")
    )
    study = _study(ws, out, selection, (*unsafe, *safe, *ways))
    if not len(study):
        raise UserError(
            "Nobody could pin there at these events.", hint="Choose a wider area, or another event."
        )
    table = _hexagons(ws, out, study, counts)
    frame = table.frame
    if not frame["n"].fillna(0).astype(int).any():
        raise UserError(
            "No incidents of this kind can be shown here, so there is nothing to compare the voices"
            " with.",
            hint="Choose a longer period, another kind, or a wider area.",
        )
    gaps = voice_gaps(
        frame["n"].astype("Float64").to_numpy(dtype=float, na_value=np.nan),
        frame["unsafe"].astype("Float64").to_numpy(dtype=float, na_value=np.nan),
        _near(study, (*unsafe, *safe, *ways)),
        most_hidden=0 if counts.is_exact else counts.k,
        most_unheard=len(out) * most_unheard(k),
        # A batch that waits may have spoken of one hexagon, and not of all.
        most_everywhere=len(out) * most_hidden(k),
        clump=(clump := _clump(out)),
    )
    what = wording.what(selection.categories, ws.settings).lower()
    table = table.deriving(gap=gaps.gap, q=np.round(gaps.q, 4))
    sentences = [
        voice_words.of_cell(row, what=what, is_tested=clump is not None)
        for row in table.frame.to_dict("records")
    ]
    cells = _ranked(table.deriving(sentence=sentences))
    people = sum(one.release.contributors for one in out)
    return YouthVoice(
        out,
        cells,
        _corridors(ws, out, study),
        _answers(ws, out),
        gaps,
        voice_words.headline(
            gaps.gap, what=what, where=_where(ws, selection), is_tested=clump is not None
        ),
        people,
        k,
        staff_threshold_alike(ws.settings),
        _card(ws, out, selection, gaps, cells, people),
    )


def _study(
    ws: Workspace, out: Sequence[EventVoices], selection: Selection, voiced: Sequence[int]
) -> np.ndarray:
    """The hexagons compared: those of the chosen areas in which an event was open."""
    areas, size = ws.reader.current_areas, ws.settings.wall_resolution
    keys = selection.areas
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
    ws: Workspace, out: Sequence[EventVoices], study: np.ndarray, counts: Protected
) -> Protected:
    """One row a hexagon: cell, name, lad, unsafe, safe, n; NA = hidden or not released."""
    table = counts.at("cell", grid.to_text(study)).only(["cell", "n"])
    for kind in ("unsafe", "safe"):
        voices = _released(ws, out, kind)
        table = table.beside(
            voices.deriving(cell=voices.frame["what"]), on="cell", **{kind: "people"}
        )
    return table.deriving(**_names(ws, study)).only(["cell", "name", "lad", "unsafe", "safe", "n"])


def _released(ws: Workspace, out: Sequence[EventVoices], *kinds: str) -> Released:
    return Released(
        [v.release for v in out],
        kinds,
        settings=ws.settings,
        resolution=ws.settings.wall_resolution,
    )


def _names(ws: Workspace, cells: np.ndarray) -> dict[str, Any]:
    """name, as the wall says it, and lad of each hexagon."""
    known = known_places(ws.settings)
    lads = labels(ws.reader, ws.settings.wall_resolution, known)["lad"].reindex(cells)
    names = np.array(nearest_names(cells, ws), dtype=object)
    return {"name": np.where(names == "", NAMELESS, names), "lad": lads.to_numpy(dtype=object)}


def _ranked(table: Protected) -> Protected:
    """Gaps first; in each class by voices, then by record, both as shown.

    Rows without any number are left out.
    """
    table = table.where(table.frame[["unsafe", "safe", "n"]].notna().any(axis=1))
    frame = table.frame
    by = pd.DataFrame(
        {
            "gap": frame["gap"].map(_ORDER),
            "unsafe": -frame["unsafe"].fillna(0).astype(int),
            "n": -frame["n"].fillna(0).astype(int),
            "cell": frame["cell"],
        }
    )
    return table.ranked(by.sort_values(list(by)).index)


def _corridors(ws: Workspace, out: Sequence[EventVoices], study: np.ndarray) -> Released:
    ways = _released(ws, out, "corridor")
    ways = ways.where(ways.frame["what"].isin(grid.to_text(study)))
    cells = ways.frame["what"].tolist()
    ways = ways.deriving(cell=cells, **_names(ws, grid.from_text(cells))).only(
        ["cell", "name", "lad", "people"]
    )
    return ways.ordered(ways.frame.sort_values(["people", "cell"], ascending=[False, True]).index)


def _answers(ws: Workspace, out: Sequence[EventVoices]) -> Released:
    """What was said of the events as a whole: places cannot be told apart here, and are not.

    Most first, but ages in their order; one of an older version, which the list no longer has,
    comes last.
    """
    found = _released(ws, out, *_KINDS)
    frame = found.frame
    kinds, answers = frame["kind"].tolist(), frame["what"].tolist()
    said = list(zip(kinds, answers, strict=True))
    ages = {age: i for i, age in enumerate(AGE_BANDS)}
    by = pd.DataFrame(
        {
            "kind": frame["kind"].map({kind: i for i, kind in enumerate(_KINDS)}),
            "age": [ages.get(what, len(ages)) if kind == "age_band" else 0 for kind, what in said],
            "people": -frame["people"].astype(int),
        }
    )
    found = found.deriving(
        words=[voice_words.answer(kind, what) for kind, what in said],
        streetsafe=[
            STREETSAFE.get(what) if kind == "reason" else None
            for kind, what in zip(kinds, answers, strict=True)
        ],
    )
    columns = ["kind", "what", "words", "streetsafe", "people"]
    return found.ordered(by.sort_values(list(by), kind="stable").index).only(columns)


def _clump(out: Sequence[EventVoices]) -> float | None:
    """The largest of the events; None where one did not record tables."""
    each = [one.release.clump for one in out]
    return None if None in each else max(one for one in each if one is not None)


def _where(ws: Workspace, selection: Selection) -> str:
    names = area_names(selection.areas, ws.reader.current_areas)
    return wording.listed(names) if names else ws.settings.place_in_words


def _card(  # noqa: PLR0913 - the two sides of a gap and what limits them
    ws: Workspace,
    out: Sequence[EventVoices],
    selection: Selection,
    gaps: VoiceGaps,
    cells: Protected,
    people: int,
) -> dict[str, Any]:
    first, last = selection.first, selection.last
    k, many, clump = staff_threshold(ws.settings), int(gaps.voices), _clump(out)
    return {
        "method": (
            "Each hexagon's share of the voices against its share of the records: 2 by 2 chi-square"
            " with Yates's correction (Wheeler, Steenbeek and Andresen 2018), among the hexagons"
            " with enough voices"
        ),
        "correction": (
            f"Benjamini and Yekutieli q-values over {gaps.tested:,} hexagons, two-sided; a gap has"
            f" q up to {LEVEL:g}"
        ),
        "record only": (
            f"tested with the most unreleased voices, and only within {RINGS} hexagons of a"
            " released number"
        ),
        "high": (
            f"at least {TIMES:g} times the mean of the hexagons, and more than chance (Poisson)"
        ),
        "voices": (
            f"{people:,} people as released; {many:,} when each counts once for every hexagon they"
            " pinned"
        ),
        "voices that count as one": (
            "tables not recorded: no test"
            if clump is None
            else f"{clump:g}: no place has more voices than tables in the test"
        ),
        "recorded in the same hexagons": int(gaps.record),
        "mean recorded in a hexagon": round(gaps.mean, 1),
        "resolution": ws.settings.wall_resolution,
        "events": [f"{one.event.name}, {wording.day_words(one.event.starts_on)}" for one in out],
        "releases": [one.name for one in out],
        "categories": wording.what(selection.categories, ws.settings),
        "period": wording.period_words(first, last),
        "snapshot": ws.snapshot.id,
        "disclosure": (
            f"Voices under {k}, and none, are not shown; numbers change by {k} or more from release"
            f" to release, and leave out {k} or more of the event's people. {cells.note}"
        ),
        "caveats": voice_words.caveats(events=len(out), k=k, clump=clump),
    }
