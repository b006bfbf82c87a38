"""The pages without a browser: what they say, and that the address and the filters are
one thing.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import MAIN, html_of
from vrp_map.analysis.missing import EVERYTHING
from vrp_map.analysis.results import Hotspots
from vrp_map.config import Settings
from vrp_map.principal import DEMO_PARTNER, LOCAL_ANALYST
from vrp_map.ui.shared import session, words
from vrp_map.views import hotspots as views
from vrp_map.views.choice import choice_from_query
from vrp_map.vocabulary import Audience
from vrp_map.workspace import Workspace, open_workspace

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture(scope="module")
def year(demo: Settings) -> Hotspots:
    """The hotspots of the last twelve months, with which the page opens."""
    ws = open_workspace(settings=demo).for_principal(DEMO_PARTNER)
    first, last = ws.period(12)
    return ws.hotspots(ws.select(first=first, last=last))


def opened(**query: str) -> AppTest:
    page = AppTest.from_file(str(MAIN), default_timeout=30)
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    assert not page.error
    return page


def address(page: AppTest) -> dict[str, str]:
    return {
        name: values[0] if isinstance(values, list) else values
        for name, values in dict(page.query_params).items()
    }


def test_the_page_says_the_sentence_and_whose_numbers_these_are(year: Hotspots) -> None:
    page = opened()
    assert page.title[0].value == year.sentence
    frame = html_of(page)
    assert "incidents to October 2026" in frame
    assert "snapshot of 3 November 2026" in frame
    assert "partner view: numbers are estimated from one incident in 5" in frame
    assert "Made-up data" in frame  # the banner of a synthetic snapshot


def test_the_address_always_says_everything() -> None:
    assert address(opened()) == {
        "category": "violence",
        "from": "2025-11",
        "to": "2026-10",
        "resolution": "9",
        "layer": "npu",
    }


def test_a_filter_changes_the_sentence_and_the_address() -> None:
    page = opened()
    before = page.title[0].value
    page.selectbox(key="f_what").set_value("robbery").run()
    assert not page.exception
    assert address(page)["category"] == "robbery"
    assert page.title[0].value != before
    assert "Robbery" in page.title[0].value


def test_an_address_reproduces_the_page() -> None:
    asked = {
        "category": "robbery",
        "from": "2026-08",
        "to": "2026-10",
        "area": "lad:E08000026",
        "resolution": "8",
        "layer": "ward",
    }
    page = opened(**asked)
    assert page.selectbox(key="f_what").value == "robbery"
    assert page.selectbox(key="f_period").value == "3"
    assert page.selectbox(key="f_where").value == "lad:E08000026"
    assert page.selectbox(key="f_size").value == 8
    assert page.selectbox(key="f_layer").value == "ward"
    assert "Coventry" in page.title[0].value
    assert address(page) == asked
    assert not page.warning


def test_months_that_are_no_preset_are_chosen_months() -> None:
    page = opened(**{"from": "2026-02", "to": "2026-06"})
    assert page.selectbox(key="f_period").value == "custom"
    assert page.selectbox(key="f_first").value.isoformat() == "2026-02-01"
    assert address(page)["to"] == "2026-06"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("category", "violins", "no category 'violins'"),
        ("from", "yesterday", "'yesterday' is not a month"),
        ("from", "1999-01", "no month with data '1999-01'"),
        ("area", "Atlantis", "no area 'Atlantis'"),
        ("resolution", "99", "no hexagon size '99'"),
        ("layer", "<script>", "no boundary layer"),
        ("at", "cell:zzz", "is not on the map"),
    ],
)
def test_a_bad_address_is_said_plainly_and_the_usual_page_shown(
    name: str, value: str, said: str
) -> None:
    page = opened(**{name: value})
    assert said in page.warning[0].value
    assert "The usual choice is shown instead." in page.warning[0].value
    assert address(page) == address(opened())


def test_every_address_reads_back_to_the_same_choice(ws: Workspace) -> None:
    for asked in (
        {
            "category": "drugs,robbery",
            "area": "lad:E08000026,npu:npu-birmingham-east",
            "layer": "none",
        },
        {"category": "possession-of-weapons,robbery,violence-and-sexual-offences"},
        {"area": "Coventry", "at": "hotspot:89195c05b87ffff"},
    ):
        choice, problems = choice_from_query(asked, ws)
        assert not problems
        assert choice_from_query(choice.to_query(), ws) == (choice, [])
    assert (
        choice_from_query(
            {"category": "possession-of-weapons,robbery,violence-and-sexual-offences"}, ws
        )[0].what
        == "violence"
    )


def test_reset_puts_everything_back() -> None:
    page = opened(category="robbery", resolution="8")
    page.button(key="reset").click().run()
    assert address(page) == address(opened())
    assert page.selectbox(key="f_what").value == "violence"


def test_picking_a_place_shows_its_figures_and_goes_into_the_address(ws: Workspace) -> None:
    page = opened()
    page.button(
        key=next(b.key for b in page.button if str(b.key).startswith("look-"))
    ).click().run()
    assert not page.exception
    assert address(page)["at"].startswith("hotspot:")
    assert "Per 1,000 residents" in str(page.dataframe[0].value.columns.tolist())
    assert "Real, or chance?" in html_of(page)
    page.button(key="close").click().run()
    assert "at" not in address(page)


def test_the_picker_and_the_panel_show_the_same_hexagon(year: Hotspots) -> None:
    top = year.cells.frame.iloc[0]
    page = opened(at=f"cell:{top['cell']}")
    drawn = html_of(page)
    assert f"{int(top['n']):,}" in drawn
    assert top["real_or_luck"] in drawn.replace("&#x27;", "'")


def test_a_small_number_is_hidden_in_words_and_never_shown(year: Hotspots) -> None:
    frame = year.cells.frame
    cell = frame.loc[frame["hidden"], "cell"].iloc[0]
    assert "few, or none" in html_of(opened(at=f"cell:{cell}"))


def test_the_list_holds_every_hexagon_of_the_map(year: Hotspots) -> None:
    cells = year.cells.frame
    page = opened()
    page.get("segmented_control")  # drawn
    page.session_state["list_kind"] = "cell"
    page.run()
    parts = next(box for box in page.selectbox if box.label == "Rows")
    seen: list[int] = []
    for number in range(len(parts.options)):
        box = next(box for box in page.selectbox if box.label == "Rows")
        box.select_index(number).run()
        seen += page.dataframe[0].value["Rank"].tolist()
    assert sorted(seen) == cells["rank"].tolist()


def test_the_list_follows_what_is_picked_and_marks_it(year: Hotspots) -> None:
    cells = year.cells.frame
    page = opened(at=f"cell:{cells['cell'].iloc[250]}")
    assert page.session_state["list_kind"] == "cell"
    assert cells["rank"].iloc[250] in page.dataframe[0].value["Rank"].tolist()
    assert next(box for box in page.selectbox if box.label == "Rows").value == 200


def test_a_quick_second_choice_does_not_undo_the_first_and_going_back_does() -> None:
    page = opened(resolution="8")
    before = address(page)
    page.selectbox(key="f_what").set_value("robbery").run()
    robbery = address(page)
    # A browser that has not heard of the first choice brings the address from before it.
    for choose, name in (
        (lambda: page.selectbox(key="f_layer").set_value("ward"), "layer"),
        (lambda: page.toggle(key="f_snap").set_value(True), "snap"),
    ):
        page.query_params.clear()
        page.query_params |= before
        choose().run()
        now = address(page)
        assert now["category"] == "robbery" and now[name] != before.get(name)
    # Not even where the browser says something else meanwhile, such as what a list shows.
    page.query_params.clear()
    page.query_params |= before
    page.run()
    now = address(page)
    assert now["category"] == "robbery"
    # An address from before, and the word for it: the person went back.
    page.query_params.clear()
    page.query_params |= before | {"went": "yes"}
    page.run()
    assert address(page) == before and page.selectbox(key="f_what").value == "violence"
    page.query_params |= robbery | {"went": "yes"}
    page.run()
    assert address(page) == robbery and page.selectbox(key="f_what").value == "robbery"
    # A link of ours on another page leads here with an address.
    page.switch_page("screens/methods.py").run()
    page.switch_page("screens/hotspots.py")
    page.query_params.clear()
    page.query_params |= before
    page.run()
    assert address(page) == before


def test_a_quick_choice_among_a_pages_own_stays_too() -> None:
    page = opened()
    page.switch_page("screens/methods.py").run()
    first, second, third = page.selectbox(key="m_method").options[1:4]
    page.selectbox(key="m_method").select(first).run()
    before = address(page)
    page.selectbox(key="m_method").select(second).run()
    second_said = address(page)["method"]
    for choose in (
        lambda: page.selectbox(key="m_method").select(third),
        lambda: page.selectbox(key="f_what").set_value("robbery"),
    ):
        page.query_params.clear()
        page.query_params |= before
        choose().run()
        assert address(page)["method"] not in (before["method"], second_said)
    assert address(page)["category"] == "robbery"
    # The person went back: their method, and what was chosen beside it.
    page.query_params.clear()
    page.query_params |= before | {"went": "yes"}
    page.run()
    assert address(page) == before


def test_nothing_found_says_what_to_do() -> None:
    page = opened(category="stop-and-search", **{"from": "2026-10", "to": "2026-10"})
    assert "too few incidents of this kind (stop and search)" in page.markdown[0].value
    assert "or none" in page.markdown[0].value
    assert "choose larger hexagons, a longer period" in page.markdown[0].value
    assert not page.dataframe


def test_an_area_too_small_to_test_is_said_plainly() -> None:
    page = AppTest.from_file(str(MAIN), default_timeout=30)
    page.query_params |= {"area": "ward:E05011153", "resolution": "7"}
    page.run()
    assert not page.exception
    assert page.title[0].value == "There is no map for this choice"
    assert "too few" in page.error[0].value
    assert "**What to do:**" in page.error[0].value
    page.selectbox(key="f_size").set_value(10).run()  # the filters are still there
    assert not page.error
    assert page.dataframe


def test_a_fault_of_ours_is_an_apology_without_details(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("row 12: Fox Street")

    monkeypatch.setattr(views, "hotspot_view", broken)
    page = AppTest.from_file(str(MAIN), default_timeout=30).run()
    assert "The fault is ours" in page.error[0].value
    assert "Fox Street" not in page.error[0].value
    assert not page.exception
    assert "RuntimeError at" in caplog.text and "vrp_map/ui/shared/session.py:" in caplog.text
    assert "Fox Street" not in caplog.text


def test_without_a_snapshot_the_page_gives_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRP_STORE", str(tmp_path / "nothing"))
    page = AppTest.from_file(str(MAIN), default_timeout=30).run()
    assert not page.exception
    assert page.title[0].value == "There is no map yet"
    assert [code.value for code in page.code] == ["vrp-map demo", "vrp-map build FOLDER"]


def test_a_stranger_sees_a_refusal_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "client_address", lambda: "192.0.2.7")
    page = AppTest.from_file(str(MAIN), default_timeout=30).run()
    assert "only on the computer it runs on" in page.error[0].value
    assert not page.title
    assert not page.dataframe


def test_data_quality_adds_up_and_explains(ws: Workspace) -> None:
    page = opened()
    page.switch_page("screens/data_quality.py").run()
    assert not page.exception
    quality = ws.quality()
    assert f"{quality.read:,} = {quality.accepted:,} + {quality.quarantined:,}" in " ".join(
        m.value for m in page.markdown
    )
    drawn = html_of(page)
    assert "Longitude and latitude are swapped." in drawn
    assert "November 2026" in drawn or "October 2026" in drawn


def test_coming_back_from_another_page_keeps_the_choice() -> None:
    page = opened(category="robbery")
    page.switch_page("screens/data_quality.py").run()
    page.switch_page("screens/hotspots.py").run()
    assert page.selectbox(key="f_what").value == "robbery"
    assert address(page)["category"] == "robbery"


def quality_page() -> AppTest:
    page = opened()
    page.switch_page("screens/data_quality.py").run()
    assert not page.exception
    assert not page.error
    return page


def test_refused_rows_are_shown_with_file_line_reasons_and_what_we_read(demo: Settings) -> None:
    first = open_workspace(settings=demo, principal=LOCAL_ANALYST).quality(rows=1).refused.iloc[0]
    drawn = html_of(quality_page())
    assert "only analysts see them" in drawn
    assert f"Line {first['line']:,} of " in drawn
    assert str(Path(first["file"]).name) in drawn
    assert str(demo.store.parent) not in drawn  # where the files lie is nobody's business
    assert drawn.count("<details class='refused'>") == 10
    for name in json.loads(first["record"]):
        assert f"<dt>{name.replace('_', ' ').capitalize()}</dt>" in drawn


def test_refused_rows_can_be_chosen_by_reason(demo: Settings) -> None:
    page = quality_page()
    page.selectbox(key="refused_reason").set_value("coordinate:swapped").run()
    assert not page.exception
    drawn = html_of(page).partition("Refused rows")[2]
    rows = drawn.split("<details class='refused'>")[1:]
    assert rows
    assert all("<code>coordinate:swapped</code>" in row for row in rows)


def test_refused_rows_are_kept_from_everybody_but_analysts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "principal", lambda: DEMO_PARTNER)
    drawn = html_of(quality_page())
    assert "only analysts see them" in drawn
    assert "<details class='refused'>" not in drawn


def test_whoever_asks_the_quality_page_has_the_partners_numbers(
    demo: Settings, ws: Workspace
) -> None:
    """The demo principal is an analyst: what the page counts must be the partner view all
    the same.
    """
    exact = open_workspace(settings=demo, principal=LOCAL_ANALYST).quality().unlocated_by_category
    drawn = html_of(quality_page()).partition("What is missing")[2]
    shown = ws.missing(EVERYTHING, audience=Audience.PARTNER).by_category.frame
    different = [f"{n:,}" for n in exact["n"] if n % demo.partner_k and n > 1000]
    assert different
    assert not [n for n in different if f">{n}<" in drawn]
    assert f">{shown['n'].max():,}<" in drawn


def test_the_address_cannot_change_whose_numbers_are_shown(year: Hotspots) -> None:
    page = opened(audience="analyst")
    assert page.title[0].value == year.sentence
    assert "partner view: numbers are estimated from one incident in 5" in html_of(page)
    assert "audience" not in address(page)


def test_a_picked_hotspot_has_its_figures_and_its_sentence(year: Hotspots) -> None:
    cell = year.cells.frame.loc[year.cells.frame["cluster"] == 1, "cell"].iloc[0]
    cluster = year.clusters.frame.set_index("cluster").loc[1]
    drawn = html_of(opened(at=f"hotspot:{cell}")).replace("&#x27;", "'")
    assert f"<dd>{int(cluster['n']):,}</dd>" in drawn
    for said in (cluster["real_or_luck"], cluster["changed"], f"It is {cluster['stability']}: "):
        assert said in drawn
    months = str(cluster["emerging"])
    assert f"{months[:1].upper()}{months[1:]}." in drawn
    assert f"Hotspot of {int(cluster['cells'])} hexagon" in drawn


def test_the_partnerships_name_is_in_the_page(demo: Settings) -> None:
    assert f"<p class='partnership'>{demo.partnership}</p>" in html_of(opened())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (0.12, "up 12%"),
        (-0.08, "down 8%"),
        (0.001, "no change"),
        (1.99, "up 199%"),
        (2.0, "3 times as many"),
        (17.0, "18 times as many"),
        (None, "not known (few, or none)"),
    ],
)
def test_a_change_in_words(change: float | None, said: str) -> None:
    assert words.change(change) == said


def test_no_earlier_period_is_not_called_a_small_number(ws: Workspace) -> None:
    cell = ws.hotspots(ws.select()).cells.frame["cell"].iloc[0]
    drawn = html_of(opened(at=f"cell:{cell}", **{"from": "2024-09", "to": "2026-10"}))
    assert "no earlier period to compare with" in drawn
    assert "not known (few, or none)" not in drawn


def test_the_list_says_how_firm_each_hotspot_is_and_what_its_months_were(year: Hotspots) -> None:
    clusters = year.clusters.frame.sort_values(
        "n", ascending=False, kind="stable", na_position="last"
    )
    shown = opened().dataframe[0].value
    assert shown["Firm?"].tolist() == clusters["stability"].tolist()
    assert {"firm", "fragile"} & set(shown["Firm?"])
    months = [str(words)[:1].upper() + str(words)[1:] for words in clusters["emerging"]]
    assert shown["Month by month"].tolist() == months
    for known, change, row in zip(
        shown["What we know"], shown["Change"], clusters.itertuples(), strict=True
    ):
        assert known == f"{row.sentence} {row.changed}"
        assert ("could be chance" in change) == (
            row.trend == "could be chance" and change != "no change"
        )
