"""`vrp-map funding need`: money beside violence, voices and work, area by area."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.options import CategoryOption, FromOption, JsonOption, StoreOption, ToOption
from vrp_map.config import Settings

YearOption = Annotated[
    str | None, typer.Option("--year", metavar="YEAR", help="Fund year of the grants, as 2021-22.")
]
# What fits beside each other.
_DRAWN = ("Area", "Money", "For each resident", "For each incident", "Incidents", "Responses")


def need_command(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the command to those of money."""

    @app.command()
    def need(
        year: YearOption = None,
        category: CategoryOption = None,
        first: FromOption = None,
        last: ToOption = None,
        store: StoreOption = None,
        json: JsonOption = False,
    ) -> None:
        """Set money beside violence, voices and work, area by area, in the partner view."""
        from vrp_map.cli.period import refuse_outside
        from vrp_map.cli.planning.kept import funding_records
        from vrp_map.funding.need.service import ALL_YEARS, NeedSources, money_against_need
        from vrp_map.funding.service import Funding
        from vrp_map.pilots.service import Pilots
        from vrp_map.responses.desk import responses_of
        from vrp_map.summit.service import Summit
        from vrp_map.workspace import open_workspace

        settings = settings_of(store)
        ws = open_workspace(settings=settings)
        refuse_outside(ws, first, last)
        selected = ws.select(category or ["violence"], first=first, last=last)
        with funding_records(settings, to_read=True) as (records, who):
            sources = NeedSources(
                lambda: responses_of(records, settings),
                lambda: Pilots(records, settings),
                lambda: Summit(records, settings),
            )
            found = money_against_need(
                Funding(records), who, ws, selected, year=year or ALL_YEARS, sources=sources
            )
        if json:
            from json import dumps

            console.plain(dumps(found.as_plain(), ensure_ascii=False))
            return
        from vrp_map.cli.output import draw
        from vrp_map.funding.need.areas import CAVEATS, columns_of

        columns = {t: cells for t, cells in columns_of(found.areas).items() if t in _DRAWN}
        title = f"Money of {found.money_of} beside {found.incidents_of}"
        draw(title, list(columns), list(zip(*columns.values(), strict=True)))
        for sentence in found.sentences:
            console.say(sentence)
        for name, words in CAVEATS.items():
            if name in _DRAWN:
                console.say(f"{name}: {words}")
        console.say("--json has the rate, voices, reach and pilots too.")
