"""What the modules are made from: the store as its audience may see it, the records, and the tables
that people loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vrp_map.config import Settings
from vrp_map.pilots.service import Pilots
from vrp_map.residents.admissions import AdmissionTable
from vrp_map.residents.tables import PeopleTable
from vrp_map.responses.service import Responses
from vrp_map.selection import Selection
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import Audience
from vrp_map.warehouse.reader import Snapshot
from vrp_map.workspace import Workspace

OPEN_FIGURES = "Published figures about residents: nothing is hidden."


@dataclass(frozen=True)
class NeedsRecords:
    """The records that modules ask, each None where there are none."""

    responses: Callable[[], Responses] | None = None
    pilots: Callable[[], Pilots] | None = None
    summit: Callable[[], Summit] | None = None


@dataclass(frozen=True)
class NeedsSources:
    """Everything one document may ask, of one local authority and for one audience.

    Attributes:
        selection: closed, of that local authority alone. tables: those loaded, by kind.
    """

    workspace: Workspace
    selection: Selection
    audience: Audience
    now: datetime
    tables: dict[str, PeopleTable] = field(default_factory=dict)
    records: NeedsRecords = NeedsRecords()
    admissions: AdmissionTable | None = None

    @property
    def settings(self) -> Settings:
        return self.workspace.settings

    @property
    def snapshot(self) -> Snapshot:
        return self.workspace.snapshot_for(self.audience)

    @property
    def area(self) -> str:
        """The key of the local authority."""
        return self.selection.areas[0]

    @property
    def code(self) -> str:
        return self.area.partition(":")[2]

    @property
    def place(self) -> str:
        return self.workspace.question(self.selection, audience=self.audience).area_names[0]


@dataclass(frozen=True)
class NeedsAnswer:
    """What a query found, in words, as its audience may see it.

    Attributes:
        protection: what was done to the numbers. drawn: what a picture is made of.
    """

    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    protection: str = ""
    sentence: str = ""
    drawn: Any = None
