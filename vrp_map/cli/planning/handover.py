"""`vrp-map export`: every layer for another GIS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.options import (
    AreaOption,
    AudienceOption,
    CategoryOption,
    FromOption,
    ResolutionOption,
    StoreOption,
    ToOption,
)
from vrp_map.cli.planning.kept import kept_records, utc_now
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.vocabulary import DEFAULT_RESOLUTION

LayerOption = Annotated[
    list[str] | None,
    typer.Option(
        "--layer",
        metavar="NAME",
        help="hexagons, areas, voices, responses or pilots; may be repeated; all if none is given.",
    ),
]
ToFileOption = Annotated[
    Path,
    typer.Option("--output", "-o", metavar="PATH", help="FILE.gpkg, or a folder for --format."),
]
LayerFormatOption = Annotated[
    str | None,
    typer.Option(
        "--format", metavar="FORMAT", help="geojson or geoparquet: a file for each layer."
    ),
]


def register(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the command to an application.

    Args:
        settings_of: gives the settings with a store's folder, or with their own.
    """

    @app.command()
    def export(
        output: ToFileOption,
        layer: LayerOption = None,
        format: LayerFormatOption = None,
        category: CategoryOption = None,
        first: FromOption = None,
        last: ToOption = None,
        area: AreaOption = None,
        resolution: ResolutionOption = DEFAULT_RESOLUTION,
        audience: AudienceOption = "partner",
        store: StoreOption = None,
    ) -> None:
        """Hand every layer on, as one GeoPackage with QGIS styles or as files.

        Without --from and --to, of the last 12 months of the data.
        """
        from vrp_map.cli.period import asked_selection
        from vrp_map.handover.service import handover_layers, to_files, to_one_file
        from vrp_map.principal import of_this_computer
        from vrp_map.workspace import open_workspace

        _check(output, format)
        settings = settings_of(store)
        who = of_this_computer(settings, name="command line")
        ws = open_workspace(settings=settings, principal=who)
        selection = asked_selection(ws, category, first, last, areas=area, is_usual=True)
        with kept_records(settings) as kept:
            layers = handover_layers(
                ws,
                selection,
                audience=audience,
                resolution=resolution,
                wanted=layer or (),
                records=kept,
            )
        made = utc_now()
        if format is None:
            console.write(output, to_one_file(layers, made=made))
            return
        for name, data in to_files(layers, format).items():
            console.write(output / name, data)


def _check(output: Path, format: str | None) -> None:
    """Refuse what cannot be written, before anything is worked out for it."""
    if format is None and output.suffix.lower() != ".gpkg":
        raise UserError(
            f"{output.name} is no GeoPackage.",
            hint="Give a name that ends in .gpkg, or choose --format geojson or geoparquet.",
        )
    folder = output.parent if format is None else output
    if not folder.is_dir():
        raise UserError(f"There is no folder {folder}.", hint="Make it first.")
