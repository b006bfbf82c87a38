"""`vrp-map funding need` and `places`: money beside need by area, and a shortlist of places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vrp_map.cli import console
from vrp_map.cli.options import CategoryOption, FromOption, JsonOption, StoreOption, ToOption
from vrp_map.cli.planning.kept import funding_records
from vrp_map.config import Settings

if TYPE_CHECKING:
    from vrp_map.funding.need.places import PlaceShortlist
    from vrp_map.funding.need.service import NeedSources
    from vrp_map.principal import Principal
    from vrp_map.records.engine.database import Records

YearOption = Annotated[
    str | None, typer.Option("--year", metavar="YEAR", help="Fund year of the grants, as 2021-22.")
]
# What fits beside each other.
_DRAWN = ("Area", "Money", "For each resident", "For each incident", "Incidents", "Responses")


def need_command(app: typer.Typer, settings_of: Callable[[Path | None], Settings]) -> None:
    """Add the two commands to those of money."""

    @app.command()
    def places(
        category: CategoryOption = None,
        first: FromOption = None,
        last: ToOption = None,
        store: StoreOption = None,
        json: JsonOption = False,
    ) -> None:
        """List the firm hotspots, with voices and what is there already."""
        from vrp_map.cli.period import asked_selection
        from vrp_map.funding.need.places import place_shortlist
        from vrp_map.views.choice import Choice
        from vrp_map.views.hotspots import workspace_for

        settings = settings_of(store)
        with _sources(settings) as (_, who, sources):
            ws = workspace_for(who, settings)
            selected = asked_selection(ws, category, first, last)
            choice = Choice(",".join(selected.categories), selected.first, selected.last)
            found = place_shortlist(who, ws, choice, sources=sources)
        if json:
            console.as_json(found.as_plain())
            return
        _draw_places(found)

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
        from vrp_map.cli.period import asked_selection
        from vrp_map.funding.need.service import ALL_YEARS, money_against_need
        from vrp_map.funding.service import Funding
        from vrp_map.workspace import open_workspace

        settings = settings_of(store)
        ws = open_workspace(settings=settings)
        selected = asked_selection(ws, category, first, last)
        with _sources(settings) as (records, who, sources):
            found = money_against_need(
                Funding(records), who, ws, selected, year=year or ALL_YEARS, sources=sources
            )
        if json:
            console.as_json(found.as_plain())
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


@contextmanager
def _sources(settings: Settings) -> Iterator[tuple[Records, Principal, NeedSources]]:
    """The records to read, who asks, and what stands beside money."""
    from vrp_map.funding.need.service import NeedSources
    from vrp_map.pilots.service import Pilots
    from vrp_map.responses.desk import responses_of
    from vrp_map.summit.service import Summit

    with funding_records(settings, to_read=True) as (records, who):
        yield (
            records,
            who,
            NeedSources(
                lambda: responses_of(records, settings),
                lambda: Pilots(records, settings),
                lambda: Summit(records, settings),
            ),
        )


def _draw_places(found: PlaceShortlist) -> None:
    from vrp_map.cli.output import draw

    rows = [(one.name, one.incidents, one.voices, one.already) for one in found.places]
    draw("Firm hotspots", ["Place", "Incidents", "Young people", "Already there"], rows)
    for sentence in found.sentences:
        console.say(sentence)
