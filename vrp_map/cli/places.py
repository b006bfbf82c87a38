"""`vrp-map places` and `vrp-map basemap`: what an operator adds so that people find their way."""

from __future__ import annotations

from collections.abc import Callable
from json import dumps
from pathlib import Path
from typing import Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.options import JsonOption
from vrp_map.config import Settings


def place_commands(settings_now: Callable[[], Settings]) -> typer.Typer:
    """The group of commands; `settings_now` reads the settings when a command runs."""
    commands = typer.Typer(no_args_is_help=True, help="Lists of places: postcodes, schools, stops.")

    @commands.command("add")
    def places_add(
        files: Annotated[
            list[Path],
            typer.Argument(
                metavar="FILE...",
                help="Code-Point Open, ONSPD, GIAS schools or NaPTAN stops, as CSV or zip.",
            ),
        ],
    ) -> None:
        """Add lists of places that lie in the area of the map."""
        from vrp_map.places.place_lists import add_places

        for file in files:
            added = add_places(file, settings_now())
            console.say(f"Added {added.id}: {added.places:,} places in the area.")

    @commands.command("list")
    def places_list(json: JsonOption = False) -> None:
        """The lists of places, with date and source."""
        from vrp_map.places.place_lists import place_lists

        found = place_lists(settings_now())
        if json:
            console.plain(dumps([one.__dict__ for one in found], ensure_ascii=False))
        for one in () if json else found:
            console.say(f"{one.id}: {one.places:,} places, added {one.added}. {one.attribution}")
        if not (json or found):
            console.say("No list of places yet. Run `vrp-map places add FILE`.")

    @commands.command("remove")
    def places_remove(
        name: Annotated[str, typer.Argument(metavar="NAME", help="As `places list` names it.")],
    ) -> None:
        """Take a list of places away."""
        from vrp_map.places.place_lists import remove_places

        remove_places(name, settings_now())
        console.say(f"Removed {name}.")

    return commands


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
                    "OS Open Zoomstack, Open Roads, Open Greenspace or Open Names (GeoPackage),"
                    " OpenStreetMap (.osm.pbf), or vector tiles (.mbtiles, .pmtiles)."
                ),
            ),
        ],
        name: Annotated[
            str, typer.Option("--name", metavar="NAME", help="What to call the map.")
        ] = "",
        attribution: Annotated[
            str,
            typer.Option(
                "--attribution",
                metavar="TEXT",
                help="What every map must say, where the files are from another publisher.",
            ),
        ] = "",
    ) -> None:
        """Make one base map of these files, cut to the area, and use it on every map."""
        from vrp_map.places.basemap.base_map import add_basemap, usable_streets

        with console.progress(quiet=False) as bar:
            added = add_basemap(
                files, settings_now(), name=name, attribution=attribution, report=bar
            )
        streets = usable_streets(settings_now())
        console.say(
            f"Added {added.id}: {added.tiles:,} tiles, {added.places:,} named places."
            f" Every map says: {added.attribution}"
        )
        if streets and not streets.has_kind("town"):
            console.say(
                "These files name no town, so maps from afar have the names of council areas only."
                " OS Open Names (GeoPackage), added together with them, brings the towns."
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


def fetch_streets(commands: typer.Typer) -> None:
    """Add `basemap` to the commands of `fetch`."""

    @commands.command("basemap")
    def fetch_basemap(
        products: Annotated[
            list[str] | None,
            typer.Option(
                "--product",
                metavar="ID",
                help="OpenRoads, OpenGreenspace, OpenNames (these by default) or OpenZoomstack.",
            ),
        ] = None,
        folder: Annotated[
            Path, typer.Option("--folder", metavar="FOLDER", help="Where the files go.")
        ] = Path("data/basemap-files"),
        replace: Annotated[
            bool,
            typer.Option("--replace", help="Get newer files in place of those that are here."),
        ] = False,
        base_url: Annotated[str, typer.Option("--base-url", hidden=True)] = "https://api.os.uk",
    ) -> None:
        """Get Ordnance Survey's open streets, parks and names of towns."""
        from pipelines.fetch_basemap import PRODUCTS
        from pipelines.fetch_basemap import fetch_basemap as run_fetch

        with console.progress(quiet=False) as bar:
            files = run_fetch(
                folder=folder,
                products=products or PRODUCTS,
                base_url=base_url,
                replace=replace,
                progress=lambda done, total, label: bar(done, total or 0, label),
            )
        console.say(f"Next: vrp-map basemap add {' '.join(map(str, files))}")
