"""`vrp-map pilots sign-off` and `story`: who reads of a decided pilot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.options import JsonOption
from vrp_map.cli.pilots.desk import ReferenceArgument, as_json, now_utc, opened_pilots
from vrp_map.config import Settings

TakeBackOption = Annotated[bool, typer.Option("--take-back", help="Take it back again.")]
NamesNobodyOption = Annotated[
    bool,
    typer.Option("--names-nobody", help="The words look like a name and are none: in the audit."),
]


def register(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the commands to the group of pilots."""

    @app.command("sign-off")
    def sign_off(
        pilot: ReferenceArgument,
        take_back: TakeBackOption = False,
        names_nobody: NamesNobodyOption = False,
    ) -> None:
        """Show a decided pilot to all staff, without counts or hexagons."""
        with opened_pilots(settings_of(None)) as (pilots, who):
            pilots.publish(
                who,
                pilots.record(who, pilot),
                is_public=not take_back,
                now=now_utc(),
                past_flags=names_nobody,
            )
        console.say(f"{pilot} is {'taken back from' if take_back else 'signed off for'} all staff.")

    @app.command()
    def story(
        pilot: ReferenceArgument,
        sign: Annotated[
            bool, typer.Option("--sign", help="Put it out for everyone, as it reads now.")
        ] = False,
        take_back: TakeBackOption = False,
        names_nobody: NamesNobodyOption = False,
        json: JsonOption = False,
    ) -> None:
        """Read the story of a decided pilot, sign it for everyone, or take it back."""
        from vrp_map.pilots.story.service import (
            draft_story,
            no_longer_as_signed,
            sign_story,
            withdraw_story,
        )

        with opened_pilots(settings_of(None)) as (pilots, who):
            record = pilots.record(who, pilot)
            if take_back:
                withdraw_story(pilots, who, record, now=now_utc())
            elif sign:
                sign_story(pilots, who, record, now=now_utc(), past_flags=names_nobody)
            record = pilots.record(who, pilot)
            said = record.pilot.story or draft_story(pilots, who, record, now_utc())
            stale = no_longer_as_signed(pilots, who, record, now_utc())
        is_out = bool(record.pilot.story)
        if json:
            story = {"reference": pilot, "is_out": is_out, "story": dict(said)}
            as_json({**story, "no_longer_as_signed": list(stale)})
            return
        for heading, text in said:
            console.say(f"{heading}: {text}")
        where = f"Everyone can read it at /pilot/{pilot}/story."
        console.say(where if is_out else "Nobody reads it yet.")
        if stale:
            console.say(f"Signed today, it would read otherwise: {', '.join(stale)}.")
