"""Layers that are handed on: what each audience gets, and that no layer tells none from few."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pyogrio
import pytest

from tests.demo_store import demo_settings
from tests.demo_voices import voiced_settings
from tests.made_up_pilots import MIDDLE, a_pilot
from tests.made_up_responses import a_response
from tests.none_or_few import PERIODS, alike
from vrp_map.briefs.sources import RecordSources
from vrp_map.cli.commands import main
from vrp_map.errors import NotAllowed, UserError
from vrp_map.export.layers import ExportLayer
from vrp_map.handover.service import handover_layers, to_files
from vrp_map.pilots.pilot import SchoolRoute
from vrp_map.pilots.service import Pilots
from vrp_map.principal import DEMO, Principal
from vrp_map.records.engine.database import Records
from vrp_map.responses.desk import responses_of
from vrp_map.responses.store import ResponseChange
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import Audience, Role
from vrp_map.workspace import Workspace, open_workspace

NOW = datetime(2026, 11, 3, 9)
PERIOD = {"first": "2025-11", "last": "2026-10"}


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> dict[Audience, dict[str, ExportLayer]]:
    """Every layer of the synthetic store with its finished event and one response."""
    settings = voiced_settings(tmp_path_factory.mktemp("handover"))
    records = Records(settings.records)
    ws = open_workspace(settings=settings)
    try:
        responses = responses_of(records, settings)
        where = replace(a_response().where, cell=MIDDLE)
        change = ResponseChange(UUID(int=1), a_response(where=where), "logged")
        responses.keep(DEMO, [change], now=NOW, past_flags=True).result()
        pilots = Pilots(records, settings)
        route = SchoolRoute(schools=("Example School",), line=((-1.90, 52.47), (-1.89, 52.48)))
        pilots.add_one(DEMO, a_pilot(route=route), now=NOW)
        kept = RecordSources(
            summit=lambda: Summit(records, settings),
            responses=lambda: responses,
            pilots=lambda: pilots,
        )
        found = {
            audience: handover_layers(
                ws,
                ws.select(["violence"], **PERIOD),
                audience=audience,
                records=kept,
            )
            for audience in Audience
        }
    finally:
        records.close()
    return {audience: {one.name: one for one in made} for audience, made in found.items()}


def test_each_audience_gets_its_layers(layers: dict[Audience, dict[str, ExportLayer]]) -> None:
    everyone = {"hexagons", "hotspots", "areas_lad", "areas_ward", "areas_lsoa", "voices_unsafe"}
    assert all(everyone <= set(found) for found in layers.values())
    assert {a for a, found in layers.items() if "responses" in found} == {
        Audience.PARTNER,
        Audience.ANALYST,
    }
    for found in layers.values():
        assert all(json.loads(one.method)["note"] for one in found.values())
        assert all(json.loads(one.method)["synthetic"] for one in found.values())
    exact = layers[Audience.ANALYST]
    assert set(exact["pilot_places"].frame["part"]) >= {"pilot"}
    assert list(exact["routes"].frame["schools"]) == ["Example School"]
    for audience in (Audience.PARTNER, Audience.PUBLIC):
        assert not {"pilot_places", "routes"} & set(layers[audience])
    response = layers[Audience.PARTNER]["responses"].frame
    assert list(response.columns) == ["cell", "lad", "kinds", "work", "synthetic", "geometry"]


@pytest.mark.parametrize(("audience", "step"), [(Audience.PARTNER, 5), (Audience.PUBLIC, 10)])
def test_no_layer_lets_an_outsider_subtract_another(
    layers: dict[Audience, dict[str, ExportLayer]], audience: Audience, step: int
) -> None:
    """Every number is a sum of the same drawn incidents: areas less their parts leave none."""
    found = layers[audience]
    for name in ("hexagons", "hotspots", "areas_lad", "areas_ward", "areas_lsoa"):
        shown = found[name].frame["n"].dropna().astype(int)
        assert len(shown) and not (shown % step).any() and (shown >= step).all()
    lads, lsoas = (found[f"areas_{kind}"].frame["n"].fillna(0).sum() for kind in ("lad", "lsoa"))
    assert lads == lsoas
    people = found["voices_unsafe"].frame["people"]
    assert people.min() >= step


def test_the_layers_do_not_tell_none_from_few() -> None:
    def written(ws: Workspace, audience: str) -> str:
        selection = ws.select("robbery", first=PERIODS[0][0], last=PERIODS[0][1])
        made = handover_layers(ws, selection, audience=audience)
        files = to_files(made, "geojson")
        text = "\n".join(f"{name} {data.decode()}" for name, data in sorted(files.items()))
        return text.replace(ws.snapshot.id, "")

    stores = alike("D")
    for audience in ("partner", "public"):
        assert len({written(ws, audience) for ws in stores.values()}) == 1
    assert len({written(stores[few], "analyst") for few in (0, 4)}) == 2, "the attack is blunt"


def test_without_records_the_map_is_handed_on_and_says_what_is_missing() -> None:
    def closed() -> Summit:
        raise UserError("The records are not open.")

    ws = open_workspace(settings=demo_settings())
    made = handover_layers(
        ws,
        ws.select(["violence"], **PERIOD),
        audience="partner",
        wanted=["hexagons", "voices"],
        records=RecordSources(summit=closed),
    )
    assert {one.name for one in made} == {"hexagons", "hotspots"}
    assert made[0].about["records_that_could_not_be_read"] == ["voices"]


def test_only_what_a_person_may_see() -> None:
    ws = open_workspace(settings=demo_settings())
    who = Principal("navigator", frozenset({Role.NAVIGATOR}), areas=("lad:E08000026",))
    mine = ws.for_principal(who)
    with pytest.raises(NotAllowed, match="area"):
        handover_layers(mine, ws.select(areas=["Dudley"]), audience="partner")
    with pytest.raises(NotAllowed, match="analyst"):
        handover_layers(mine, ws.select(areas=["Coventry"]), audience="analyst")
    with pytest.raises(UserError, match="no layer 'hexagon'"):
        handover_layers(ws, ws.select(), audience="partner", wanted=["hexagon"])


def test_the_command_writes_a_geopackage_and_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path / "records"))

    def run(*words: str) -> object:
        with pytest.raises(SystemExit) as ended:
            main(["export", *words, "--store", str(demo_settings().store)])
        return ended.value.code

    one = tmp_path / "walsall.gpkg"
    assert not run("--area", "Walsall", "--layer", "hexagons", "--layer", "areas", "-o", str(one))
    assert "hexagons" in pyogrio.list_layers(one)[:, 0]
    folder = tmp_path / "files"
    folder.mkdir()
    assert not run("--layer", "hexagons", "--format", "geoparquet", "-o", str(folder))
    assert {"hexagons.parquet", "hexagons.qml", "hexagons.method.json"} <= {
        path.name for path in folder.iterdir()
    }
    assert run("-o", str(tmp_path / "x.zip")) == 2
    assert run("--format", "shapefile", "-o", str(folder)) == 2
