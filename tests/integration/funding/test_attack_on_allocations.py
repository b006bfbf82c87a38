"""Amounts give no hidden count back: stores that differ by what is hidden get the same pounds.

Whatever is asked, by whichever family: the amounts are made of the numbers that the audience sees.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from tests.none_or_few import PERIODS, alike
from vrp_map.errors import UserError
from vrp_map.funding import report
from vrp_map.funding.from_store import store_values
from vrp_map.funding.need.places import place_shortlist
from vrp_map.funding.need.service import money_against_need
from vrp_map.funding.report import report_of
from vrp_map.funding.service import Funding
from vrp_map.funding.sheet import read_grants
from vrp_map.funding.steadiness import steadiness
from vrp_map.principal import DEMO, DEMO_PARTNER
from vrp_map.records.engine.database import Records
from vrp_map.views.choice import Choice
from vrp_map.workspace import Workspace

INCIDENTS = '[[factor]]\nname = "Robbery"\nsource = "incidents"\n'
FAMILIES = {
    "shares": INCIDENTS,
    "floor": f"{INCIDENTS}\n[limits]\nfloor = 499000\n",
    "points": f'family = "points"\n{INCIDENTS}',
    "holders": f'family = "holders"\n{INCIDENTS}',
}
# Of the few robberies alone nothing is shown; with the burglaries they might be subtracted.
KINDS = (["robbery"], ["robbery", "burglary"])
REFUSED = "refused: "


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts are drawn again 50 times and not 1,000: the draws of two stores are the same or not
    from the first one on.
    """
    monkeypatch.setattr(report, "steadiness", partial(steadiness, draws=50))


def asked(
    ws: Workspace, file: Path, audience: str, period: tuple[str, str], kinds: list[str]
) -> str:
    """The amounts and sentences, or the refusal; the snapshot's own name aside."""
    selection = ws.select(kinds, first=period[0], last=period[1])
    try:
        found = report_of(file, 1_000_000, lambda: store_values(ws, selection, audience=audience))
    except UserError as refusal:
        return f"{REFUSED}{refusal}"
    return json.dumps(found.as_plain(), sort_keys=True).replace(ws.snapshot.id, "")


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_no_family_tells_none_from_few(tmp_path: Path, family: str) -> None:
    file = tmp_path / "formula.toml"
    file.write_text(FAMILIES[family], encoding="utf-8")
    stores, answered = alike("D"), 0
    for period, kinds, audience in product(PERIODS[-2:], KINDS, ("partner", "public")):
        none = asked(stores[0], file, audience, period, kinds)
        answered += not none.startswith(REFUSED)
        found = asked(stores[4], file, audience, period, kinds)
        assert found == none, (period, audience, kinds)
    assert answered >= 4


def test_the_same_attack_reads_exact_amounts(tmp_path: Path) -> None:
    """Without protection the amounts differ: the attack can see what it looks for."""
    file = tmp_path / "formula.toml"
    file.write_text(FAMILIES["shares"], encoding="utf-8")
    both = [asked(alike("D")[few], file, "analyst", PERIODS[-1], KINDS[1]) for few in (0, 4)]
    assert both[0] != both[1] and not both[0].startswith(REFUSED)


def test_money_beside_need_and_places_tell_no_none_from_few(tmp_path: Path) -> None:
    """Nor do the parts of the money, the money for each incident, or the list of places."""
    records = Records(tmp_path)
    funding, answered = Funding(records), 0
    rows = [["Stream", "Year", "Purpose", "Amount", "Area"]]
    for area in alike("D")[0].areas("lad")["name"]:
        rows.append(["Fund", "2023-24", f"For {area}", "1000", area])
    funding.keep(DEMO, read_grants(rows), name="a.csv", now=datetime(2026, 11, 2))
    for (first, last), kind in product(PERIODS[-2:], ("robbery", "robbery,burglary")):
        found = []
        for store in (alike("D")[0], alike("D")[4]):
            ws = store.for_principal(DEMO_PARTNER)
            selection = ws.select(kind.split(","), first=first, last=last)
            table = money_against_need(funding, DEMO, ws, selection)
            choice = Choice(kind, selection.first, selection.last)
            try:
                places = str(place_shortlist(DEMO, ws, choice).as_plain())
            except UserError as refusal:
                places = str(refusal)
            said = json.dumps(table.as_plain(), sort_keys=True).replace(ws.snapshot.id, "")
            answered += any(area.incidents is not None for area in table.areas)
            found.append(said + places)
        assert found[0] == found[1], (first, last, kind)
    assert answered >= 4
    records.close()
