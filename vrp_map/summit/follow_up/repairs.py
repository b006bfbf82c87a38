"""Repairs to pass on: what people said is broken, and where.

The one place where less than k people are told of one by one. Why that may be, and what it does not
protect against: docs/decisions/0011-broken-things.md.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from vrp_map import grid
from vrp_map.disclosure.next_count import next_total
from vrp_map.disclosure.thresholds import batch_minimum, is_full_batch, staff_threshold
from vrp_map.disclosure.words import fewer_than
from vrp_map.errors import UserError
from vrp_map.export.tables import defused
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.records.audit import Act, note
from vrp_map.summit.cell_names import cell_names
from vrp_map.summit.event_store import Event
from vrp_map.summit.pins.store import pins_of
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import pins as words

ON_A_JOURNEY = "somewhere on a journey"
# A place is known by its label; people of two hexagons who name the same place are counted
# together.
_Spot = tuple[str, str]


@dataclass(frozen=True)
class RepairReport:
    """One line of the list: the kind of thing, where it is, how many people said so."""

    thing: str
    place: str
    people: str


def list_repairs(summit: Summit, principal: Principal, event: Event) -> list[RepairReport]:
    """Repairs that people at an event named: most named first.

    Raises:
        NotAllowed: who may not. UserError: why there is no list, and the first step.
    """
    principal.must(Action.SEE_BROKEN_THINGS)
    if not event.is_over:
        raise UserError(
            f"{event.name} is not closed yet. The list is made when it is closed, so that nobody"
            " can watch it grow.",
            hint="Close the event on the page Events when it is over.",
        )
    pins, k = pins_of(summit.records, event), staff_threshold(summit.settings)
    if not is_full_batch(pins["contributor"].nunique(), k=k):
        raise UserError(
            f"Fewer than {batch_minimum(k)} people pinned at {event.name}: too few to show any"
            " answer.",
            hint="Open the event again on the page Events so that more people can pin.",
        )
    said = pins[pins["thing"].isin(words.THINGS)].to_dict("records")
    if not said:
        raise UserError(
            f"Nobody at {event.name} reported anything broken.",
            hint=(
                "At the next event, point out the question “Is something broken?” under “What would"
                " help?”."
            ),
        )
    return _counted(said, summit, event, k=k)


def handed_out(
    summit: Summit,
    principal: Principal,
    event: Event,
    repairs: Iterable[RepairReport],
    *,
    now: datetime,
) -> str:
    """The list as a file, once a line in the audit says who took it.

    Raises:
        NotAllowed: who may not. NotKept: the line could not be written, and there is no file.
    """
    principal.must(Action.SEE_BROKEN_THINGS)
    act = Act(now, principal.name, "list of repairs taken", event.code)
    summit.records.write(lambda con: note(con, act), invalidates=()).result()
    return to_csv(event, repairs)


def to_csv(event: Event, repairs: Iterable[RepairReport]) -> str:
    """The list as a file: one header line; no name in it is taken for a formula."""
    made = io.StringIO()
    lines = csv.writer(made, lineterminator="\r\n")
    lines.writerow(["event", "broken", "where", "people"])
    lines.writerows(
        [[defused(value) for value in (event.name, t.thing, t.place, t.people)] for t in repairs]
    )
    return made.getvalue()


def _counted(
    said: list[dict[str, Any]], summit: Summit, event: Event, *, k: int
) -> list[RepairReport]:
    walls = [_wall_hexagon(pin["cells"], summit.settings.wall_resolution) for pin in said]
    hexagons = cell_names([wall for wall in walls if wall], summit)
    people: dict[_Spot, set[bytes]] = {}
    for pin, wall in zip(said, walls, strict=True):
        where = hexagons.get(wall, ON_A_JOURNEY)
        place = _place(pin, where, summit, event) if isinstance(pin["thing_place"], str) else where
        people.setdefault((words.THINGS[pin["thing"]], place), set()).add(bytes(pin["contributor"]))
    # By the numbers as shown: else the order would tell how few the few are.
    shown = {spot: next_total(0, len(who), k=k) for spot, who in people.items()}
    order = sorted(shown, key=lambda spot: (-shown[spot], spot))
    return [RepairReport(*spot, fewer_than(shown[spot], k=k)) for spot in order]


def _wall_hexagon(cells: Iterable[int], resolution: int) -> str:
    """The hexagon of the wall that holds a pin; "" for a journey through several."""
    held = np.unique(grid.parents(np.array(list(cells), dtype=np.uint64), resolution=resolution))
    return grid.to_text(held)[0] if len(held) == 1 else ""


def _place(pin: dict[str, Any], where: str, summit: Summit, event: Event) -> str:
    """The named place with its area: two streets of one name are two.

    One that a new snapshot lost: as it was named.
    """
    name: str = pin["thing_place"]
    around = summit.names(event).around(grid.to_text(np.array(list(pin["cells"]), dtype=np.uint64)))
    area = next((found.area for found in around if found.name == name), where)
    return f"{name}, {area}" if area else name
