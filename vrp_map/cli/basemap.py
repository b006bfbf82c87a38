"""`vrp-map basemap`: the streets under the hexagons."""

from __future__ import annotations

from collections.abc import Callable
from json import dumps
from pathlib import Path
from typing import Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.options import JsonOption
from vrp_map.config import Settings


def basemap_commands(settings_now: Callable[[], Settings]) -> typer.Typer:
    """The group of commands; `settings_now` reads the settings when a command runs."""
    commands = typer.Typer(no_args_is_help=True, help="The streets under the hexagons.")

    @commands.command("add")
    def basemap_add(
        files: Annotated[
            list[Path],
            typer.Argument(
                metavar="FILE...",
                help=(
                    "OS Open Zoomstack, Open Roads or Open Greenspace (GeoPackage), or"
                    " OpenStreetMap (.osm.pbf)."
                ),
            ),
        ],
        name: Annotated[
            str, typer.Option("--name", metavar="NAME", help="What to call the map.")
        ] = "",
    ) -> None:
        """Make one base map of these files, cut to the area, and use it on every map."""
        from vrp_map.places.basemap.base_map import add_basemap

        with console.progress(quiet=False) as bar:
            added = add_basemap(files, settings_now(), name=name, report=bar)
        console.say(
            f"Added {added.id}: {added.tiles:,} tiles, {added.places:,} named places."
            f" Every map says: {added.attribution}"
        )

    @commands.command("list")
    def basemap_list(json: JsonOption = False) -> None:
        """The base maps, with source, licence and date; the last one is in use."""
        from vrp_map.places.basemap.base_map import HOW, base_maps

        found = base_maps(settings_now())
        if json:
            console.plain(dumps([one.__dict__ for one in found], ensure_ascii=False))
            return
        for one in found:
            use = "in use" if one is found[-1] else "not in use"
            console.say(
                f"{one.id} ({use}): {one.tiles:,} tiles, {one.places:,} named places, added"
                f" {one.added} from {', '.join(one.sources)}. {one.attribution}"
            )
        if not found:
            console.say(f"No base map yet, so maps show no streets. Run `{HOW}`.")

    @commands.command("remove")
    def basemap_remove(
        name: Annotated[str, typer.Argument(metavar="NAME", help="As `basemap list` names it.")],
    ) -> None:
        """Take a base map away; the one added before it is used again."""
        from vrp_map.places.basemap.base_map import remove_basemap

        remove_basemap(name, settings_now())
        console.say(f"Removed {name}.")

    return commands
