"""Handing layers on: who may, then what their audience may see, then the file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from vrp_map.briefs.sources import NO_RECORDS, RecordSources
from vrp_map.config import nearest
from vrp_map.errors import UserError
from vrp_map.export.layers import ExportLayer, to_layer_geojson, to_layer_geoparquet
from vrp_map.handover.layers import LAYERS, HandoverSources
from vrp_map.permissions import Action
from vrp_map.selection import Selection
from vrp_map.vocabulary import DEFAULT_RESOLUTION, Audience
from vrp_map.workspace import Workspace

FORMATS: Mapping[str, tuple[str, Callable[[ExportLayer], bytes]]] = {
    "geojson": (".geojson", to_layer_geojson),
    "geoparquet": (".parquet", to_layer_geoparquet),
}


def handover_layers(  # noqa: PLR0913 - the choices of one file, by keyword
    workspace: Workspace,
    selection: Selection,
    *,
    audience: Audience | str,
    resolution: int = DEFAULT_RESOLUTION,
    wanted: Iterable[str] = (),
    records: RecordSources = NO_RECORDS,
) -> list[ExportLayer]:
    """The layers of a choice, for an audience.

    Where the records cannot be read, their layers are left out and every layer says so.

    Args:
        wanted: of `layers.LAYERS`; none = all.

    Raises:
        NotAllowed: whoever asks may not see that audience's view, or an area of the selection.
        UserError: there is no such layer.
    """
    workspace.principal.must(Action.SEE_MAP)
    names = list(wanted) or list(LAYERS)
    for name in names:
        if name not in LAYERS:
            raise UserError(f"There is no layer {name!r}.", hint=nearest(name, list(LAYERS)))
    asked = workspace.question(selection, resolution=resolution, audience=audience)
    kept, unread = _opened(
        responses=records.responses, pilots=records.pilots, voices=records.summit
    )
    about = _about(workspace, asked.selection, asked.audience)
    about |= {"records_that_could_not_be_read": unread} if unread else {}
    sources = HandoverSources(
        workspace,
        asked.selection,
        asked.audience,
        about,
        resolution,
        responses=kept["responses"],
        pilots=kept["pilots"],
        summit=kept["voices"],
    )
    return [layer for name in names for layer in LAYERS[name](sources)]


def _opened(**services: Callable[[], Any] | None) -> tuple[dict[str, Any], list[str]]:
    """The services by name, None where there is none; and those that cannot be read now."""
    found: dict[str, Any] = {}
    unread = []
    for name, service in services.items():
        try:
            found[name] = None if service is None else service()
        except UserError:
            found[name] = None
            unread.append(name)
    return found, unread


def _about(workspace: Workspace, selection: Selection, audience: Audience) -> dict[str, Any]:
    """What every layer says of its origin."""
    snapshot = workspace.snapshot_for(audience)
    return {
        "made_for": str(audience),
        "snapshot": snapshot.id,
        "synthetic": snapshot.synthetic,
        "grade": str(snapshot.grade),
        "sources": list(snapshot.sources),
        "selection": selection.to_query(),
        "attribution": workspace.attributions(),
    }


def to_one_file(layers: list[ExportLayer], *, made: datetime) -> bytes:
    """All layers as a GeoPackage.

    Raises:
        UserError: there is none.
    """
    from vrp_map.export.geopackage import to_geopackage

    if not layers:
        raise UserError("No layer has anything to hand on.", hint="Choose other layers or areas.")
    about = layers[0].about
    said = {
        "made_for": str(about["made_for"]),
        "snapshot": str(about["snapshot"]),
        "synthetic": json.dumps(about["synthetic"]),
        "attribution": " ".join(about["attribution"]),
        "made": f"{made:%Y-%m-%dT%H:%M:%SZ}",
    }
    return to_geopackage(layers, about=said, made=made)


def to_files(layers: Iterable[ExportLayer], format: str) -> dict[str, bytes]:
    """Each layer as a file of its own, with its method and its QGIS style beside it.

    Raises:
        UserError: there is no such format.
    """
    if format not in FORMATS:
        raise UserError(f"There is no format {format!r}.", hint=nearest(format, list(FORMATS)))
    suffix, write = FORMATS[format]
    found: dict[str, bytes] = {}
    for layer in layers:
        found[f"{layer.name}{suffix}"] = write(layer)
        found[f"{layer.name}.method.json"] = layer.method.encode()
        if layer.style:
            found[f"{layer.name}.qml"] = layer.style.encode()
    return found
