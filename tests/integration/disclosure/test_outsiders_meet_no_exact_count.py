"""Whatever partners and the public ask, the exact table is not opened: every answer is of the drawn
incidents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.grade_stores import workspace_of
from vrp_map.analysis import ANALYSES
from vrp_map.errors import UserError
from vrp_map.principal import LOCAL_ANALYST
from vrp_map.vocabulary import Audience, Grade, Method
from vrp_map.warehouse import sql_files
from vrp_map.warehouse.open_queries import OPEN_QUERIES
from vrp_map.warehouse.reader import Reader
from vrp_map.warehouse.sql_files import sql
from vrp_map.workspace import Workspace

SEEN = ("partner", "public")
QUERIES = sorted(
    path.stem for path in (Path(sql_files.__file__).parent / "sql" / "queries").glob("*.sql")
)
# Those that count incidents, or read each of them: outsiders get what is drawn of their answers, or
# nothing.
OF_INCIDENTS = {
    "counts",
    "coverage",
    "exact_days",
    "exact_incidents",
    "incidents_at_points",
    "lsoa_disagreement",
    "months",
    "points_by_category",
    "refused",
    "snapshot",
    "timed_points",
}
# These name a table of incidents for what is public of it.
NAMES_ONLY = {"snap_points"}


class Closed:
    """In place of the exact table."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the exact table was asked for its {name}")


@pytest.fixture(scope="module", params=[Grade.A, Grade.D], ids=str)
def ws(request: pytest.FixtureRequest) -> Iterator[Workspace]:
    """A workspace whose exact table is closed as soon as the incidents are drawn."""
    whole = workspace_of(request.param)
    reader = Reader(whole.reader.path)
    own = replace(whole, reader=reader)
    for audience in SEEN:
        # Names and study areas are read once; what they need of the table they get here.
        own._seen(Audience(audience)).counts.totals(own.select())
    reader.__dict__["counts"] = Closed()
    yield own


@pytest.mark.parametrize("audience", SEEN)
@pytest.mark.parametrize("method", list(ANALYSES), ids=str)
def test_no_method_opens_it(ws: Workspace, method: Method, audience: str) -> None:
    months = ws.months()
    for selection in (
        ws.select("robbery"),
        ws.select("robbery", first=months[-6]),
        ws.select("all", areas="lad:L1"),
    ):
        try:
            ws.analyse(method, selection, audience=audience)
        except UserError as refusal:
            assert refusal.message


@pytest.mark.parametrize("audience", SEEN)
def test_no_page_or_file_opens_it(ws: Workspace, audience: str) -> None:
    selection = ws.select("robbery")
    for by in ("cell", "lad", "lsoa", "month", "category"):
        ws.counts(selection, by=by, audience=audience)
    view = ws.hotspots(selection, audience=audience)
    ws.trend(selection, audience=audience)
    ws.rates(selection, audience=audience)
    ws.facts(selection, audience=audience)
    ws.missing(selection, audience=audience)
    ws.default_locations(audience=audience)
    ws.gaps(selection, audience=audience)
    assert ws.snapshot_for(audience).incidents != ws.reader.snapshot.incidents
    if len(view.cells.frame):
        ws.cell(view.cells.frame["cell"].iloc[0], selection, audience=audience)
    ws.for_principal(LOCAL_ANALYST.looking_as(Audience(audience))).quality()


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_is_on_one_side(ws: Workspace, name: str) -> None:
    """A new query is refused to outsiders until somebody says why they may ask it."""
    assert (name in OPEN_QUERIES) != (name in OF_INCIDENTS), f"does {name}.sql count incidents?"
    if name in OF_INCIDENTS:
        for audience in SEEN:
            with pytest.raises(LookupError, match=f"{name}.sql counts all incidents"):
                ws._seen(Audience(audience)).frame(name)
    else:
        named = {
            table
            for table in ("core_incident", "agg_", "ref_gazetteer")
            if table in sql(f"queries/{name}")
        }
        assert named <= {"ref_gazetteer"} or name in NAMES_ONLY
        assert OPEN_QUERIES[name]
    assert set(OPEN_QUERIES) | OF_INCIDENTS == set(QUERIES)


def test_the_closed_table_can_be_met(ws: Workspace) -> None:
    with pytest.raises(AssertionError, match="exact table was asked"):
        ws.counts(ws.select("robbery"), audience="analyst")
