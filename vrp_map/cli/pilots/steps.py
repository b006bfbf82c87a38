"""`vrp-map pilots approve`, `verdict` and `decide`: from the plan to the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vrp_map.cli import console
from vrp_map.cli.options import JsonOption, StoreOption
from vrp_map.cli.pilots.desk import ReferenceArgument, as_json, now_utc, opened_pilots
from vrp_map.config import Settings, nearest
from vrp_map.errors import UserError

if TYPE_CHECKING:
    from vrp_map.pilots.service import Pilots
    from vrp_map.pilots.store import PilotRecord
    from vrp_map.principal import Principal
    from vrp_map.workspace import Workspace

BecauseOption = Annotated[str, typer.Option("--because", metavar="TEXT", help="The reason.")]


def register(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the commands to the group of pilots."""

    @app.command()
    def compare(
        pilot: ReferenceArgument, store: StoreOption = None, json: JsonOption = False
    ) -> None:
        """Give a draft the comparison whose past is most like its own."""
        from vrp_map.workspace import open_workspace

        settings = settings_of(store)
        with opened_pilots(settings) as (pilots, who):
            ws = open_workspace(settings=settings, principal=who)
            choice = pilots.compare(who, pilots.record(who, pilot), ws, now=now_utc())
        said = choice.match.sentence
        found = {"hexagons": len(choice.cells), "missing": [*choice.match.missing]}
        as_json(found | {"sentence": said}) if json else console.say(said)

    @app.command()
    def approve(pilot: ReferenceArgument) -> None:
        """Fix what a pilot will be judged by."""
        with opened_pilots(settings_of(None)) as (pilots, who):
            record = pilots.record(who, pilot)
            pilots.approve(who, record, now=now_utc())
            for warning in pilots.overlaps(who, record.pilot, id=record.id):
                console.say(warning)
        console.say(f"{record.reference} is approved: a later change needs a reason.")

    @app.command()
    def decide(pilot: ReferenceArgument, decision: str, because: BecauseOption) -> None:
        """Keep, change or stop a pilot, or say that you cannot know."""
        from vrp_map.pilots.pilot import PilotDecision

        words = decision.replace("-", " ")
        if words not in list(PilotDecision):
            raise UserError(
                f"There is no decision {decision!r}.", hint=nearest(words, list(PilotDecision))
            )
        with opened_pilots(settings_of(None)) as (pilots, who):
            record = pilots.record(who, pilot)
            pilots.decide(who, record, PilotDecision(words), because=because, now=now_utc())
        console.say(f"{record.reference}: {words}.")

    @app.command()
    def verdict(
        pilot: Annotated[
            str, typer.Argument(metavar="[PILOT]", help="As P2026-01; without it, all of them.")
        ] = "",
        store: StoreOption = None,
        json: JsonOption = False,
    ) -> None:
        """Judge a pilot on the data there are now; what was said is kept."""
        from vrp_map.workspace import open_workspace

        settings = settings_of(store)
        with opened_pilots(settings) as (pilots, who):
            ws = open_workspace(settings=settings, principal=who)
            chosen = [pilots.record(who, pilot)] if pilot else pilots.all(who)
            found = [_verdict(pilots, who, record, ws, is_one=bool(pilot)) for record in chosen]
        if json:
            as_json(found[0] if pilot else {"verdicts": found})
            return
        for one in found:
            console.plain(one["sentence"] if pilot else f"{one['reference']}: {one['sentence']}")


def _verdict(
    pilots: Pilots, who: Principal, record: PilotRecord, ws: Workspace, *, is_one: bool
) -> dict[str, Any]:
    """The verdict of a pilot; of one among all, why there is none."""
    from vrp_map.common.dataclass_json import plain_of

    about = {"reference": record.reference, "name": record.pilot.name}
    try:
        look = pilots.judge(who, record, ws, now=now_utc())
    except UserError as mistake:
        if is_one:
            raise
        return about | {"verdict": None, "sentence": f"Not judged. {mistake.message}"}
    # What cannot be had is null; the intervals have the names that `vrp-map verdict` gives them.
    known = {field.name: plain_of(getattr(look, field.name)) for field in fields(look)}
    pairs = {"ci95": (look.wdd_low, look.wdd_high), "irr_ci95": (look.irr_low, look.irr_high)}
    return about | known | {n: None if None in pair else [*pair] for n, pair in pairs.items()}
