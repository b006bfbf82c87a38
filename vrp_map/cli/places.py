"""`vrp-map places`: lists of postcodes, schools and stops that places are found in."""

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
