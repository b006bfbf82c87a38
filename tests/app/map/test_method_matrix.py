"""Eligibility from every side: each method, on data of each grade, by each way in.

Allowed gives an answer; forbidden gives the reason, and never a number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from tests.grade_stores import mixed_store, store_of
from tests.pages import page_at
from vrp_map.analysis import ANALYSES
from vrp_map.cli import main
from vrp_map.config import Settings
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.errors import MethodRefused
from vrp_map.maps import theme
from vrp_map.server import this_server
from vrp_map.ui.methods import parts as methods_parts
from vrp_map.ui.shared import session
from vrp_map.views import hotspots as views
from vrp_map.vocabulary import GRADES_THAT_CARRY, METHOD_WORDS, Audience, Grade, Method
from vrp_map.web.map.routes import routes
from vrp_map.workspace import open_workspace

# Half of the months, so that there is an equal period before; small hexagons, so that there are
# enough of them.
FIRST, LAST, RESOLUTION = "2022-08", "2023-02", 10
# The digits that the reasons themselves may hold.
IN_WORDS = ("25 m", "1 hour", "100 m")


# One incident in k shows no incident and its repeat: for analysts alone.
FOR_ANALYSTS = {Method.NEAR_REPEAT}


def allowed(method: Method, grade: Grade) -> bool:
    return grade in GRADES_THAT_CARRY[method]


def _for(method: Method) -> Audience:
    return Audience.ANALYST if method in FOR_ANALYSTS else Audience.PARTNER


def reason(method: Method, grade: Grade) -> str:
    return f"{METHOD_WORDS[method]} are refused for data of grade {grade}"


def without_numbers(text: str) -> bool:
    for words in IN_WORDS:
        text = text.replace(words, "")
    return not re.search(r"\d", text)


def address(page: AppTest) -> dict[str, str]:
    return {
        name: values[0] if isinstance(values, list) else values
        for name, values in dict(page.query_params).items()
    }


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Point everything that reads the environment at a store."""

    def use(settings: Settings) -> Settings:
        for name in ("store", "boundaries", "local_boundaries", "harm_weights", "harm_edition"):
            monkeypatch.setenv(f"VRP_{name.upper()}", str(getattr(settings, name)))
        monkeypatch.setattr(session, "client_address", lambda: "127.0.0.1")
        return settings

    yield use


def test_every_method_can_be_asked_for_by_name() -> None:
    missing = [str(method) for method in Method if method not in ANALYSES]
    assert not missing, f"no entry in ANALYSES: {missing}"
    assert set(METHOD_WORDS) == set(Method) == set(GRADES_THAT_CARRY)


@pytest.mark.parametrize("grade", Grade)
def test_each_store_has_the_grade_it_is_for(grade: Grade) -> None:
    ws = open_workspace(settings=store_of(grade))
    facts = ws.reader.facts(ws.select("robbery"))
    assert facts.grades == (grade,)
    assert facts.incidents == ws.snapshot.incidents > 600


@pytest.mark.parametrize("grade", Grade)
@pytest.mark.parametrize("method", Method)
def test_by_python(method: Method, grade: Grade) -> None:
    ws = open_workspace(settings=store_of(grade))
    selection = ws.select("robbery", first=FIRST, last=LAST)
    # An answer for one audience is enough here; a refusal must hold for all of them.
    for audience in (_for(method),) if allowed(method, grade) else tuple(Audience):
        if allowed(method, grade):
            found = ws.analyse(method, selection, resolution=RESOLUTION, audience=audience)
            assert found.method == method and found.sentence.endswith(".")
            assert found.table.audience == audience and found.card["grade"] == grade
            continue
        with pytest.raises(MethodRefused, match=re.escape(reason(method, grade))) as caught:
            ws.analyse(method, selection, resolution=RESOLUTION, audience=audience)
        assert without_numbers(str(caught.value))
        assert caught.value.hint.startswith("Use ")


@pytest.mark.parametrize("grade", Grade)
def test_by_the_command_line(
    grade: Grade, served: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    served(store_of(grade))
    for method in Method:
        # One form shows that there is an answer; a refusal must hold in all of them.
        for form in ("json",) if allowed(method, grade) else ("table", "json", "csv"):
            file = tmp_path / f"{method}-{form}"
            words = [
                "analyse",
                method.value,
                "--category",
                "robbery",
                "--from",
                FIRST,
                "--to",
                LAST,
            ]
            words += ["--audience", _for(method)]
            with pytest.raises(SystemExit) as ended:
                main([*words, "--resolution", str(RESOLUTION), "--format", form, "-o", str(file)])
            said = capsys.readouterr()
            assert "Traceback" not in said.out + said.err
            if allowed(method, grade):
                assert ended.value.code == 0, said.err
                assert file.read_text(encoding="utf-8").strip()
                continue
            assert ended.value.code == MethodRefused.exit_code
            assert said.out == "" and not file.exists()
            assert reason(method, grade) in said.err and without_numbers(said.err)


@pytest.mark.parametrize("grade", Grade)
def test_by_page_and_address(grade: Grade, served: Any) -> None:
    served(store_of(grade))
    page = page_at(
        "methods",
        **{
            "category": "robbery",
            "from": FIRST,
            "to": LAST,
            "resolution": str(RESOLUTION),
        },
    ).run()
    with TestClient(
        Starlette(routes=routes(this_server().summit)),
        base_url="http://localhost",
        client=("127.0.0.1", 50000),
    ) as client:
        for method in Method:
            page.selectbox(key="m_method").set_value(method.value).run()
            assert not page.exception
            assert address(page)["method"] == method.value
            on_page(page, method, grade)
            query = {
                "category": "robbery",
                "from": FIRST,
                "to": LAST,
                "resolution": RESOLUTION,
                "method": method.value,
            }
            by_address(client.get("/map/analysis.json", params=query), method, grade)


def on_page(page: AppTest, method: Method, grade: Grade) -> None:
    assert not page.error
    if allowed(method, grade) and method in FOR_ANALYSTS:
        assert "Only analysts can see" in " ".join(
            str(w.value) for w in [*page.warning, *page.info, *page.markdown]
        )
        assert not page.dataframe and not page.get("download_button")
        return
    if allowed(method, grade):
        assert not page.warning and not page.info, (
            method,
            [w.value for w in [*page.warning, *page.info]],
        )
        assert page.title[0].value.endswith(".")
        return
    assert page.title[0].value == f"{METHOD_WORDS[method]}: this data cannot say"
    assert reason(method, grade) in page.warning[0].value
    assert without_numbers(page.warning[0].value)
    # Nothing is drawn or listed, and there is no file to take.
    assert (
        not page.dataframe and not page.get("vega_lite_chart") and not page.get("download_button")
    )
    tables = [element.proto.body for element in page.get("html") if "<table" in element.proto.body]
    assert all(without_numbers(re.sub(r"<[^>]*>", "", table)) for table in tables)


def by_address(answer: Any, method: Method, grade: Grade) -> None:
    body = answer.json()
    if allowed(method, grade) and method in FOR_ANALYSTS:
        assert 400 <= answer.status_code < 500 and "Only analysts can see" in body["message"]
        return
    if allowed(method, grade):
        assert answer.status_code == 200
        assert {"sentence", "table", "card", "note"} <= body.keys()
        assert body["audience"] == views.AUDIENCE
        return
    assert answer.status_code == 422
    assert body.keys() == {"error", "message", "hint"}
    assert body["error"] == "refused" and body["message"].startswith(reason(method, grade))
    assert without_numbers(answer.text)


def test_the_page_opens_at_the_method_of_the_address(served: Any) -> None:
    served(store_of(Grade.A))
    page = page_at(
        "methods", **{"category": "robbery", "method": "day-of-week", "from": FIRST, "to": LAST}
    ).run()
    assert page.selectbox(key="m_method").value == "day_of_week"
    assert "Most are on Saturdays" in page.title[0].value
    # Another filter does not lose the method, and the method does not lose the filter.
    page.selectbox(key="f_size").set_value(8).run()
    assert address(page).items() >= {"method": "day_of_week", "resolution": "8"}.items()
    page.selectbox(key="m_method").set_value("rates").run()
    assert page.selectbox(key="f_size").value == 8 and address(page)["method"] == "rates"


def test_a_method_that_does_not_exist_is_said(served: Any) -> None:
    served(store_of(Grade.A))
    page = page_at("methods", **{"category": "robbery", "method": "tea-leaves"}).run()
    assert "no method 'tea-leaves'" in page.warning[0].value
    assert not page.exception


def test_the_refusal_leads_to_what_can_be_had(served: Any) -> None:
    served(store_of(Grade.B))
    page = page_at(
        "methods",
        **{
            "category": "robbery",
            "method": "hour_of_week",
            "from": FIRST,
            "to": LAST,
        },
    ).run()
    assert page.warning
    page.button(key="instead").click().run()
    assert page.selectbox(key="m_method").value == "day_of_week"
    assert not page.warning and "Most are on Saturdays" in page.title[0].value


def test_mixed_sources_take_the_lowest_grade_unless_one_is_picked(
    served: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ws = open_workspace(settings=served(mixed_store()))
    months = {"first": FIRST, "last": LAST}
    for words in ("incidents", "police-uk"):
        assert words in ws.snapshot.sources
    with pytest.raises(MethodRefused, match="grade D"):
        ws.analyse("hour_of_week", ws.select("robbery", **months))
    with pytest.raises(MethodRefused, match="grade D"):
        ws.analyse("harm_weights", ws.select("robbery", **months, sources="police-uk"))
    assert (
        ws.analyse("hour_of_week", ws.select("robbery", **months, sources="incidents")).card[
            "grade"
        ]
        == "A"
    )

    words = [
        "analyse",
        "near-repeat",
        "--category",
        "robbery",
        "--from",
        FIRST,
        "--to",
        LAST,
        "--format",
        "json",
    ]
    words += ["--audience", "analyst"]
    codes = []
    for more in ([], ["--source", "incidents"]):
        with pytest.raises(SystemExit) as ended:
            main([*words, *more])
        codes.append(ended.value.code)
    assert codes == [MethodRefused.exit_code, 0]
    said = capsys.readouterr()
    assert json.loads(said.out)["card"]["sources"] == ["incidents"]
    assert "grade D" in said.err

    page = page_at(
        "methods", **{"category": "robbery", "method": "day_of_week", "from": FIRST, "to": LAST}
    ).run()
    assert "grade D" in page.warning[0].value
    page.selectbox(key="m_source").set_value("incidents").run()
    assert not page.warning and address(page)["source"] == "incidents"
    assert "Most are on Saturdays" in page.title[0].value


def test_the_address_refuses_strangers_other_views_and_slips(served: Any) -> None:
    served(store_of(Grade.A))
    application = Starlette(routes=routes(this_server().summit))
    with TestClient(
        application, base_url="http://localhost", client=("192.0.2.7", 50000)
    ) as stranger:
        answer = stranger.get("/map/analysis.json?method=rates")
        assert answer.status_code == 403 and "only on the computer it runs on" in answer.text
    with TestClient(
        application, base_url="http://localhost", client=("127.0.0.1", 50000)
    ) as client:
        assert client.get("/map/analysis.json?method=rates&audience=analyst").status_code == 403
        for query, said in (
            ("method=tea", "no method 'tea'"),
            ("", "no method ''"),
            ("method=rates&category=violins", "no category 'violins'"),
            ("method=rates&resolution=12", "no hexagon size"),
            ("method=rates&snapshot=old", "has been rebuilt"),
        ):
            answer = client.get(f"/map/analysis.json?{query}")
            assert answer.status_code == 400
            assert answer.json()["error"] == "mistake" and said in answer.json()["message"]


def test_the_week_is_a_chart_and_an_equal_table(served: Any) -> None:
    ws = open_workspace(settings=served(store_of(Grade.A)))
    table = ws.analyse("hour_of_week", ws.select("robbery", first=FIRST, last=LAST)).table
    wide = methods_parts.readable(table, Method.HOUR_OF_WEEK).set_index("Day")
    assert (
        wide.shape == (7, 8)
        and wide.index[0] == "Monday"
        and wide.columns[-1] == "21:00 to midnight"
    )
    shown = [
        "hidden" if row["hidden"] else f"{int(row['n']):,}" for _, row in table.frame.iterrows()
    ]
    assert wide.to_numpy().ravel().tolist() == shown
    chart = methods_parts.week(table, theme("light")).to_dict()
    (rows,) = chart["datasets"].values()
    assert [row["words"] for row in rows] == [text.replace("hidden", FEW_OR_NONE) for text in shown]
