"""Money against need: who may, then each number from the room that keeps it, by its own rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

import pandas as pd

from vrp_map.briefs.service import lads_of_cells
from vrp_map.disclosure.response_counts import shown_responses
from vrp_map.errors import UserError
from vrp_map.funding.grant import Grant, by_area
from vrp_map.funding.need.areas import AreaNeed, NeedTable
from vrp_map.funding.need.voices import unsafe_by_area
from vrp_map.funding.service import Funding
from vrp_map.permissions import Action
from vrp_map.pilots.pilot import PilotState
from vrp_map.pilots.service import Pilots
from vrp_map.places.search_order import folded
from vrp_map.principal import Principal
from vrp_map.responses.service import Responses
from vrp_map.selection import Selection, shift_month
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import AreaType, Audience
from vrp_map.warehouse.boundaries.layers import area_positions
from vrp_map.wording import period_words, what
from vrp_map.workspace import Workspace

# Such a page is handed round: it is the partner view, whoever makes it.
AUDIENCE = Audience.PARTNER
ALL_YEARS = "all years"
_FINER = (AreaType.NPU, AreaType.LPA)


@dataclass(frozen=True)
class NeedSources:
    """What else is known beside money and incidents; None = without it."""

    responses: Callable[[], Responses] | None = None
    pilots: Callable[[], Pilots] | None = None
    summit: Callable[[], Summit] | None = None


def fund_years(funding: Funding, principal: Principal) -> list[str]:
    """The fund years of grants that name an area, the latest first.

    Raises:
        NotAllowed: who may not read grants.
    """
    principal.must(Action.READ_FUNDING)
    years = {one.grant.year for one in funding.all(principal) if one.grant.areas}
    return sorted(years, reverse=True)


def money_against_need(  # noqa: PLR0913 - whose money, for whom, beside what
    funding: Funding,
    principal: Principal,
    workspace: Workspace,
    selection: Selection,
    *,
    year: str = ALL_YEARS,
    sources: NeedSources = NeedSources(),
) -> NeedTable:
    """The table.

    Args:
        year: of the grants. selection: of the incidents; its months are those of responses and
            pilots too.

    Raises:
        NotAllowed: who may not read grants, responses or pilots. UserError: there is no grant of
            that year.
    """
    principal.must(Action.READ_FUNDING)
    grants = [one.grant for one in funding.all(principal) if year in (ALL_YEARS, one.grant.year)]
    if not grants:
        raise UserError(f"There is no grant of {year}.", hint="Choose a year that has grants.")
    rates = workspace.rates(selection, by=str(AreaType.LAD), audience=AUDIENCE).frame
    by_lad = _money(grants, lads_by_name(workspace))
    unsafe = unsafe_by_area(workspace, sources.summit) if sources.summit else {}
    months = (selection.first, shift_month(selection.last, 1))
    worked = _responses(principal, workspace, sources, months)
    tried = _pilots(principal, workspace, sources, months)
    areas = tuple(
        _area(row, by_lad[str(row["code"])], unsafe, worked, tried)
        for row in rates.sort_values("name").to_dict("records")
    )
    return NeedTable(
        areas,
        money_of=year,
        whole=round(sum((grant.amount for grant in grants), Decimal())),
        incidents_of=f"{what(selection.categories, workspace.settings)}, "
        + period_words(selection.first, selection.last),
        snapshot=workspace.snapshot_for(AUDIENCE).id,
        is_same_year=_overlap(year, grants, months),
        months=selection.months,
        years=len({grant.year for grant in grants}),
    )


def _area(
    row: Mapping[object, object],
    money: Decimal,
    unsafe: Mapping[str, int],
    worked: Mapping[str, tuple[int | None, int | None]],
    tried: Mapping[str, Sequence[str]],
) -> AreaNeed:
    name = str(row["name"])
    responses, reach = worked.get(name, (None, None))
    verdicts = Counter(tried.get(name, ()))
    return AreaNeed(
        code=str(row["code"]),
        name=name,
        pounds=round(money),
        residents=_whole(row["population"]),
        incidents=_whole(row["n"]),
        rate=_number(row["rate"]),
        rate_low=_number(row["rate_low"]),
        rate_high=_number(row["rate_high"]),
        unsafe=unsafe.get(name),
        responses=responses,
        reach=reach,
        pilots=verdicts.total(),
        verdicts=tuple(f"{n} {verdict}" for verdict, n in sorted(verdicts.items())),
    )


def _number(value: object) -> float | None:
    return None if pd.isna(value) else round(float(str(value)), 3)


def _whole(value: object) -> int | None:
    return None if pd.isna(value) else round(float(str(value)))


def lads_by_name(workspace: Workspace) -> dict[str, str]:
    """Folded code or name of a local authority or policing area -> the code of the authority that
    it lies in. Where two have a name, the authority has it.
    """
    areas = workspace.reader.current_areas
    lads = areas[areas["type"] == AreaType.LAD].reset_index(drop=True)
    finer = areas[areas["type"].isin(_FINER)]
    middle = finer.geometry.representative_point()
    positions = area_positions(middle.x.to_numpy(), middle.y.to_numpy(), lads)
    found = {
        _key(said): str(lads["code"].iloc[at])
        for at, code, name in zip(positions, finer["code"], finer["name"], strict=True)
        if at >= 0
        for said in (code, name)
    }
    own = zip(lads["code"], lads["name"], strict=True)
    return found | {_key(said): str(code) for code, name in own for said in (code, name)}


def _key(name: str) -> str:
    return " ".join(folded(str(name)))


def _money(grants: Sequence[Grant], lads: Mapping[str, str]) -> defaultdict[str, Decimal]:
    """Pounds by local authority; what goes elsewhere is in none."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for grant in grants:
        for area, amount in by_area(grant).items():
            if (code := lads.get(_key(area))) is not None:
                sums[code] += amount
    return sums


def _overlap(year: str, grants: Sequence[Grant], months: tuple[date, date]) -> bool:
    """Whether a fund year (April to March) and the months have any day in common."""
    years = {grant.year for grant in grants} if year == ALL_YEARS else {year}
    begins = [date(int(one[:4]), 4, 1) for one in years]
    return any(b < months[1] and months[0] < date(b.year + 1, 4, 1) for b in begins)


def _responses(
    principal: Principal,
    workspace: Workspace,
    sources: NeedSources,
    months: tuple[date, date],
) -> dict[str, tuple[int | None, int | None]]:
    """Name of an authority -> its responses and the under-25s they reached, as partners see them.

    A sum of contacts needs as many responses that have a part in it as a number needs (decision
    22); only those who read every response are given it by authority.
    """
    if sources.responses is None:
        return {}
    service = sources.responses()
    first, after = (datetime.combine(day, time()) for day in months)
    reached: dict[str, list[int]] = {name: [] for name in service.places.lad_names.values()}
    for record in service.all(principal):
        name = service.places.lad_names.get(record.response.where.lad)
        if name is not None and first <= record.response.known_at < after:
            reached[str(name)].append(record.response.reached_24_and_under or 0)

    def shown(n: int) -> int | None:
        return shown_responses(n, audience=AUDIENCE, settings=workspace.settings)

    return {
        name: (shown(len(each)), shown(sum(each)) if shown(sum(n > 0 for n in each)) else None)
        for name, each in reached.items()
    }


def _pilots(
    principal: Principal,
    workspace: Workspace,
    sources: NeedSources,
    months: tuple[date, date],
) -> dict[str, list[str]]:
    """Name of an authority -> the verdict of each approved pilot that ran in these months."""
    if sources.pilots is None:
        return {}
    pilots = sources.pilots()
    looks = pilots.latest_looks(principal)
    found: dict[str, list[str]] = defaultdict(list)
    for record in pilots.all(principal):
        pilot = record.pilot
        ran = pilot.start < months[1] and months[0] <= pilot.end
        if pilot.state == PilotState.DRAFT or not ran:
            continue
        look = looks.get(record.id)
        for lad in lads_of_cells(workspace, pilot.places.area):
            found[lad].append("not judged" if look is None else str(look.verdict))
    return dict(found)
