"""What the modules are made from: the store as its audience may see it, the records, and the tables
that people loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vrp_map.briefs.sources import NO_RECORDS, RecordSources
from vrp_map.config import Settings
from vrp_map.residents.admissions import AdmissionTable
from vrp_map.residents.tables import PeopleTable
from vrp_map.selection import Selection
from vrp_map.vocabulary import Audience
from vrp_map.warehouse.reader import Snapshot
from vrp_map.workspace import Workspace

OPEN_FIGURES = "Published figures about residents: nothing is hidden."


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
    records: RecordSources = NO_RECORDS
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
