"""The pilots of a file as people hand it in: JSON as exported, or a sheet."""

from __future__ import annotations

from uuid import UUID

from vrp_map.common.sheets import read_sheet
from vrp_map.errors import FileRefused
from vrp_map.pilots.drawing import HOTSPOT, area_cells
from vrp_map.pilots.pilot import Pilot
from vrp_map.pilots.places import cells_of_words
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.sheets.pilots import column_of, read_json, read_sheet_of_pilots
from vrp_map.principal import Principal
from vrp_map.warehouse.boundaries.layers import current_areas
from vrp_map.workspace import open_workspace


def read_pilots(
    name: str, data: bytes, pilots: Pilots, principal: Principal
) -> list[tuple[UUID, Pilot]]:
    """The pilots of a JSON file, a CSV file or an XLSX sheet, each with its id; none is kept.

    Args:
        name: of the file, for its kind and for what is said of it.

    Raises:
        FileRefused: it is none of these. UserError: the first line that cannot be read, and why.
    """
    if name.lower().endswith(".json"):
        try:
            return read_json(data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise FileRefused(name, "it is no text.", hint="Save it as UTF-8.") from error
    areas = current_areas(pilots.settings)

    def cells_of(words: str) -> tuple[str, ...]:
        if words.startswith(HOTSPOT):
            return area_cells(open_workspace(settings=pilots.settings, principal=principal), words)
        return cells_of_words(words, areas)

    rows = read_sheet(name, data, is_column=column_of)
    return read_sheet_of_pilots(rows, pilots.catalogue, cells_of)
