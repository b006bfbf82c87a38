"""`vrp-map boundaries`: the layers there are, and adding one's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.options import (
    AreaOption,
    AudienceOption,
    CategoryOption,
    FromOption,
    JsonOption,
    ResolutionOption,
    StoreOption,
    ToOption,
)
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.vocabulary import DEFAULT_RESOLUTION, Audience


def boundary_commands(settings_now: Callable[[], Settings]) -> typer.Typer:
    """The group of commands; `settings_now` reads the settings when a command runs."""
    commands = typer.Typer(
        no_args_is_help=True, help="Boundary layers: what there is, and adding your own."
    )

    @commands.command("list")
    def boundaries_list(json: JsonOption = False) -> None:
        """The layers in use, with dates, source and licence."""
        from vrp_map.cli import accounts
        from vrp_map.warehouse.boundaries.layers import load_layers

        accounts.layers(load_layers(settings_now()), as_json=json)

    @commands.command("add")
    def boundaries_add(
        file: Annotated[
            Path, typer.Argument(metavar="FILE", help="GeoJSON, GeoPackage, Shapefile, KML or KMZ.")
        ],
        type: Annotated[
            str,
            typer.Option(
                "--type", metavar="TYPE", help="force, lad, npu, lpa, ward, lsoa or ho-hex."
            ),
        ],
        name_field: Annotated[
            str,
            typer.Option("--name-field", metavar="FIELD", help="The column with the areas' names."),
        ] = "",
        code_field: Annotated[
            str,
            typer.Option("--code-field", metavar="FIELD", help="The column with the areas' codes."),
        ] = "",
        valid_from: Annotated[
            str, typer.Option("--valid-from", metavar="YYYY-MM-DD", help="First day in force.")
        ] = "",
        valid_to: Annotated[
            str | None, typer.Option("--valid-to", metavar="YYYY-MM-DD", help="Last day in force.")
        ] = None,
        name: Annotated[
            str, typer.Option("--name", metavar="NAME", help="Name of the layer.")
        ] = "",
        layer: Annotated[
            str,
            typer.Option("--layer", metavar="NAME", help="Layer of the file, if it holds several."),
        ] = "",
        crs: Annotated[
            str,
            typer.Option(
                "--crs",
                metavar="EPSG:N",
                help="Coordinate system to use, even if the file names another.",
            ),
        ] = "",
        replace: Annotated[
            bool, typer.Option("--replace", help="Replace a layer added before.")
        ] = False,
    ) -> None:
        """Add a boundary layer of your own; the next build uses it.

        The Home Office's hexagons (ho-hex) need no name, no code and no first day.
        """
        from vrp_map.warehouse.boundaries.add import add_layer

        added, notes = add_layer(
            file,
            type=type,
            name_field=name_field,
            code_field=code_field,
            valid_from=_day(valid_from) if valid_from else None,
            valid_to=_day(valid_to) if valid_to else None,
            name=name,
            layer_name=layer,
            crs=crs,
            settings=settings_now(),
            replace=replace,
        )
        console.say(f"Added {added.id}: {_areas(len(added.areas))}. Run `vrp-map build` to use it.")
        for note in notes:
            console.say(f"Note: {note}")

    @commands.command("differences")
    def boundaries_differences(
        store: StoreOption = None,
        resolution: ResolutionOption = DEFAULT_RESOLUTION,
        category: CategoryOption = None,
        first: FromOption = None,
        last: ToOption = None,
        area: AreaOption = None,
        audience: AudienceOption = Audience.PARTNER,
        json: JsonOption = False,
        output: Annotated[
            Path | None,
            typer.Option("--output", "-o", metavar="FILE", help="Write a map: FILE.html."),
        ] = None,
    ) -> None:
        """List where our hotspots and the busiest of the Home Office's hexagons differ."""
        from vrp_map.analysis.hotspots.two_grids import grid_differences
        from vrp_map.cli import output as out
        from vrp_map.cli.period import asked_selection, period_line
        from vrp_map.workspace import open_workspace

        ws = open_workspace(settings=settings_now(), path=store)
        chosen = asked_selection(ws, category, first, last, areas=area, is_usual=True)
        found = grid_differences(ws.question(chosen, resolution=resolution, audience=audience))
        period = period_line(chosen, chosen=bool(first or last))
        about = out.about(ws, audience)
        about |= {"selection": chosen.to_query(), "sentence": found.sentence}
        if output is not None:
            from vrp_map.views.two_grids import differences_html

            console.write(_map_file(output), differences_html(ws, found, period=period))
            return
        out.table(
            found.table,
            format="json" if json else "table",
            output=None,
            areas=None,
            about=about,
            header=[period, found.sentence],
        )

    return commands


def _map_file(output: Path) -> Path:
    if output.suffix.lower() != ".html":
        raise UserError("The map is an HTML file.", hint="Give -o a name that ends in .html.")
    return output


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(
            f"{text!r} is not a date.", hint="Write it as YYYY-MM-DD, for example 2023-04-03."
        ) from None


def _areas(n: int) -> str:
    return "1 area" if n == 1 else f"{n:,} areas"
