"""The page Youth voice, and the voices on the Hotspots page, without a browser."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date, datetime

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.app.map.test_pages import address, opened
from tests.demo_voices import voiced as voiced
from tests.pages import MAIN, html_of, page_at
from tests.phones import Clock, an_event, pin
from tests.phones import send as send_pins
from tests.staff_maps import layers, press, send, told
from vrp_map.disclosure.thresholds import staff_threshold
from vrp_map.errors import NotAllowed
from vrp_map.export import tables as report
from vrp_map.principal import DEMO, DEMO_PARTNER
from vrp_map.server import this_server
from vrp_map.summit.event_store import create_event
from vrp_map.summit.moderation import service as moderation
from vrp_map.summit.moderation.service import Decision
from vrp_map.summit.pins.store import pins_of
from vrp_map.summit.service import Summit
from vrp_map.summit.voice_gap import beside as voice_beside
from vrp_map.summit.voice_gap import released as voice
from vrp_map.summit.voice_gap.gaps import YouthVoice, youth_voice
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import plain
from vrp_map.ui.youth_voice import map as youth_voice_map
from vrp_map.ui.youth_voice.blocks import bars
from vrp_map.views import hotspots as views
from vrp_map.vocabulary.pins import AGE_BANDS
from vrp_map.workspace import Workspace, open_workspace

pytestmark = pytest.mark.usefixtures("served")
DAY, NOW = date(2026, 6, 1), datetime(2026, 6, 1, 12)
FEAR_A = "88195cad5dfffff"


def voice_page(**query: str) -> AppTest:
    page = page_at("youth_voice", **query).run()
    assert not page.exception and not page.error
    return page


def everything(page: AppTest) -> str:
    return html_of(page) + " ".join(
        str(element.value) for kind in (page.markdown, page.caption, page.title) for element in kind
    )


def shown(summit: Summit, **selected: str) -> YouthVoice:
    ws = open_workspace(settings=summit.settings).for_principal(DEMO_PARTNER)
    first, last = ws.period(12)
    return youth_voice(
        ws, voice.heard(summit), ws.select("violence", first=first, last=last, **selected)
    )


def test_the_sentence_comes_first_and_who_spoke_next(voiced: Summit) -> None:
    page = voice_page()
    assert page.title[0].value == shown(voiced).sentence
    assert "160 people spoke: Youth Summit 2026 (synthetic), 14 March 2026." in html_of(page)
    assert "all violence on record, November 2025 to October 2026" in html_of(page)


def test_the_address_says_the_event_and_the_filters(voiced: Summit) -> None:
    page = voice_page()
    assert address(page) == {
        "category": "violence",
        "from": "2025-11",
        "to": "2026-10",
        "resolution": "9",
        "layer": "npu",
        "event": "SUMMIT",
    }
    page.selectbox(key="f_where").set_value("lad:E08000026").run()
    assert not page.exception
    assert address(page)["area"] == "lad:E08000026" and address(page)["event"] == "SUMMIT"
    assert page.title[0].value == shown(voiced, areas="Coventry").sentence
    assert "f_size" not in [box.key for box in page.selectbox]


def test_an_address_reproduces_the_page(voiced: Summit) -> None:
    page = voice_page(area="lad:E08000027", place=FEAR_A, ways="yes", event="SUMMIT")
    assert page.selectbox(key="f_where").value == "lad:E08000027"
    assert page.toggle(key="ways_switch").value is True
    assert (address(page)["place"], address(page)["ways"]) == (FEAR_A, "yes")


@pytest.mark.parametrize(
    ("name", "value"), [("event", "NOSUCH"), ("place", "<b>"), ("ways", "maybe")]
)
def test_a_bad_address_is_said_plainly(voiced: Summit, name: str, value: str) -> None:
    page = voice_page(**{name: value})
    assert f"There is no {name} {plain(repr(value))}" in page.warning[0].value
    assert name not in address(page) or address(page)[name] != value


def test_a_place_is_picked_from_the_list_by_keyboard_and_let_go(voiced: Summit) -> None:
    page = voice_page()
    picker = next(box for box in page.selectbox if box.label == "Pick a place")
    assert picker.options[0].endswith("F · fear only")
    picker.select_index(0).run()
    assert not page.exception
    cell = address(page)["place"]
    row = shown(voiced).cells.frame.set_index("cell").loc[cell]
    assert row["sentence"] in everything(page).replace("&#x27;", "'")
    page.button(key="close").click().run()
    assert "place" not in address(page)
    page.button(key=f"look-{cell}").click().run()
    assert address(page)["place"] == cell


def test_the_map_looks_at_what_is_picked_beside_it_and_stays_for_a_press(voiced: Summit) -> None:
    page = voice_page()
    whole = told(page)["view"]
    picker = next(box for box in page.selectbox if box.label == "Pick a place")
    picker.select_index(0).run()
    near, first = told(page)["view"], address(page)["place"]
    assert near["zoom"] > whole["zoom"] + 3
    other = str(shown(voiced).cells.frame["cell"].iloc[1])
    press(page, other)
    assert address(page)["place"] == other != first and told(page)["view"] == near
    page.selectbox(key="f_where").set_value("lad:E08000026").run()
    assert told(page)["view"] not in (near, whole), "another area is looked at as a whole"
    page.selectbox(key="f_where").set_value("").run()
    page.button(key="close").click().run()
    assert told(page)["view"] == whole


def test_a_press_picks_a_hexagon_of_the_map_and_no_other(voiced: Summit) -> None:
    first, second = shown(voiced).cells.frame["cell"].astype(str)[:2]
    page = voice_page()
    for pressed, picked in ((first, first), (second, second), ("", None)):
        press(page, pressed)
        assert address(page).get("place") == picked and not page.exception
        assert ("selected" in layers(page)) is bool(picked)
    press(page, first)
    before = address(page), everything(page)
    last = told(page)["heard"]
    wrong = ("891f1d48177ffff", "x", [second])
    for sent in (second, *({"presses": [[last + n, one]]} for n, one in enumerate(wrong, 1))):
        send(page, "pressed", sent)
        assert not page.exception and (address(page), everything(page)) == before, sent


def test_a_hexagon_with_nothing_to_show_is_not_called_quiet(voiced: Summit) -> None:
    page = voice_page(place="88195c05b9fffff", area="lad:E08000026")
    assert "too few voices and incidents to show" in html_of(page)


def test_journeys_are_switched_on_and_off(voiced: Summit) -> None:
    page = voice_page()
    assert "<b>journeys</b>" not in html_of(page)
    page.toggle(key="ways_switch").set_value(True).run()
    assert "<b>journeys</b>" in html_of(page) and address(page)["ways"] == "yes"
    page.toggle(key="ways_switch").set_value(False).run()
    assert "ways" not in address(page)


def test_the_list_holds_everything_on_the_map(voiced: Summit) -> None:
    page = voice_page()
    found = shown(voiced)
    classed = found.cells.frame[found.cells.frame["gap"] != "not enough voices"]
    grid = page.dataframe[0].value
    assert grid["Rank"].tolist() == classed["rank"].tolist()
    assert grid["Voices and record"].str[0].tolist() == [str(g)[0].upper() for g in classed["gap"]]
    page.segmented_control(key="voice_list").set_value("every").run()
    assert len(page.dataframe[0].value) == min(200, len(found.cells.frame))


def test_no_number_below_k_is_anywhere_on_the_page(voiced: Summit) -> None:
    page = voice_page()
    grid = page.dataframe[0].value
    for column in ("Feel unsafe", "Feel safe", "Recorded"):
        assert (grid[column].dropna() >= 5).all()
    people = re.findall(r"<td class='n'>([\d,]+)</td>", html_of(page))
    assert people and min(int(n.replace(",", "")) for n in people) >= 5


def test_what_was_said_and_what_was_not(voiced: Summit) -> None:
    said = everything(voice_page())
    for words in (
        "Why it feels unsafe",
        "Why it feels safe",
        "What would help",
        "What time",
        "Which days",
    ):
        assert words in said
    assert "<small>poor or no lighting</small>" in said
    assert "Police officers and other adults may have pinned too" in said
    assert "They may still be unsafe." in said


def of_themselves(found: YouthVoice, kind: str) -> dict[str, int]:
    rows = found.answers.frame
    return rows[rows["kind"] == kind].set_index("what")["people"].to_dict()


def test_who_spoke_is_told_from_ten_people_on(voiced: Summit) -> None:
    page = everything(voice_page())
    assert "Who spoke" in page and "fewer than 10 people are not shown" in page
    found = shown(voiced)
    roles, ages = of_themselves(found, "role"), of_themselves(found, "age_band")
    assert set(roles) == {"young-person", "officer"} and min(*roles.values(), *ages.values()) >= 10
    assert list(ages) == [band for band in AGE_BANDS if band in ages], (
        "in the order of age, not of number"
    )
    assert sum(ages.values()) <= roles["young-person"] + staff_threshold(voiced.settings)


def test_a_small_group_is_not_what_the_others_leave(voiced: Summit) -> None:
    """Who gave no role are a group too: here the adults go for them, and with k = 20 the officers
    for the adults.
    """
    strict = Summit(voiced.records, replace(voiced.settings, public_k=20))
    (one,) = voice.heard(strict)
    assert set(one.of("role")) == {"young-person"}
    assert set(voice.heard(voiced)[0].of("role")) == {"young-person", "officer"}


def test_texts_that_were_let_through_are_read_here_and_nowhere_else(voiced: Summit) -> None:
    assert "No comments approved yet" in everything(voice_page())
    (event,) = [one.event for one in voice.heard(voiced)]
    waiting = moderation.queue(DEMO, voiced.records, event, now=NOW).texts
    keys = [text.key for text in waiting]
    moderation.decide(DEMO, voiced.records, event, keys[:15], Decision.APPROVE, now=NOW)
    changed = moderation.keep_words(
        DEMO, voiced.records, event, waiting[15], "Made-up text: <b>kept</b>", now=NOW
    )
    moderation.decide(DEMO, voiced.records, event, keys[16:18], Decision.REJECT, now=NOW)
    page = voice_page()
    listed = re.findall(r"<li>(Made-up text: .*?)</li>", html_of(page))
    assert changed == 1 and len(listed) == 16 and listed == sorted(listed, key=str.casefold)
    assert "Made-up text: &lt;b&gt;kept&lt;/b&gt;" in listed and "4 more" in [
        box.label for box in page.expander
    ]
    about = (
        str(shown(voiced).card)
        + report.to_csv(shown(voiced).cells)
        + report.to_csv(shown(voiced).answers)
    )
    assert "Made-up text" not in about


def test_who_is_no_member_of_staff_reads_no_text(
    voiced: Summit, monkeypatch: pytest.MonkeyPatch
) -> None:
    (event,) = [one.event for one in voice.heard(voiced)]
    keys = [text.key for text in moderation.queue(DEMO, voiced.records, event, now=NOW).texts]
    moderation.decide(DEMO, voiced.records, event, keys, Decision.APPROVE, now=NOW)
    monkeypatch.setattr(session, "principal", lambda: replace(DEMO_PARTNER, roles=frozenset()))
    page = page_at("youth_voice").run()
    assert not page.exception
    said = everything(page) + " ".join(str(element.value) for element in [*page.info, *page.error])
    assert "Only staff may see this map." in said and "Made-up text" not in said
    with pytest.raises(NotAllowed, match=r"Only staff may read approved texts\."):
        moderation.approved_texts(session.principal(), voiced.records, event)


def test_a_bar_is_a_row_of_a_table() -> None:
    rows = pd.DataFrame(
        {"words": ["<Dark>", "Light"], "streetsafe": [None, "x & y"], "people": [1200, 300]}
    )
    drawn = bars(rows)
    assert "&lt;Dark&gt;" in drawn and "<small>x &amp; y</small>" in drawn
    assert "width:100%" in drawn and "width:25%" in drawn and "1,200" in drawn


def test_the_files_hold_the_same_numbers_and_say_what_they_are(voiced: Summit) -> None:
    page = voice_page()
    assert [b.proto.label for b in page.get("download_button")] == [
        "Download CSV",
        "Download GeoJSON",
        "Download answers (CSV)",
        "Download journeys (CSV)",
        "Download method",
    ]
    found = shown(voiced)
    about = {"synthetic": True, "method": found.card, "sentence": found.sentence}
    rows = list(csv.DictReader(io.StringIO(report.to_csv(found.cells, about=about))))
    assert len(rows) == len(found.cells.frame) and {row["synthetic"] for row in rows} == {"True"}
    assert all(
        row[name] == "" or int(row[name]) >= 5 for row in rows for name in ("unsafe", "safe", "n")
    )
    collection = json.loads(report.to_geojson(found.cells, about=about))
    assert len(collection["features"]) == len(rows)
    assert collection["method"]["releases"] == ["SUMMIT-4"]
    assert all((f["properties"]["unsafe"] or 5) >= 5 for f in collection["features"])


def test_the_legend_counts_every_class(voiced: Summit) -> None:
    found = shown(voiced)
    from vrp_map import maps

    drawn = youth_voice_map.legend(found, 8, maps.LIGHT, with_ways=False)
    for gap, many in found.cells.frame["gap"].value_counts().items():
        assert f"· {gap}</b><span>{many:,}</span>" in drawn


def test_the_legend_has_the_colours_as_the_map_shows_them(
    voiced: Summit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRP_MAP_TILES_URL", "https://tiles.example/{z}/{x}/{y}.png")
    page = voice_page()
    fill = layers(page)["cells"]["fill"]["colours"]
    assert all(len(colour) == 9 for colour in fill), "the tiles beneath show through"
    # Those of the hatched class have their lines before them.
    assert not [colour for colour in fill if f"{colour}'></i>" not in html_of(page)]


def test_several_events_may_be_seen_alone_or_together(voiced: Summit) -> None:
    first = voice.heard(voiced)[0]
    other = create_event(
        voiced.records,
        name="Second (synthetic)",
        place="",
        starts_on=DAY,
        ends_on=DAY,
        now=NOW,
        code="SECOND",
    )
    from vrp_map.disclosure.releases import Release
    from vrp_map.summit.wall.store import keep_release

    kinds = {kind: {} for kind in first.release.counts}
    keep_release(
        voiced.records, other, Release(1, 9, kinds | {"unsafe": {FEAR_A: 9}}), now=NOW
    ).result()
    page = voice_page()
    assert page.selectbox(key="m_event").value == "SECOND"
    page.selectbox(key="m_event").set_value("all").run()
    assert not page.exception
    assert address(page)["event"] == "all"
    assert "169 people spoke" in html_of(page) and "anyone at two of them counts twice" in html_of(
        page
    )


def test_without_an_event_it_says_what_would_be_here(own_records: None) -> None:
    this_server().summit.open()
    try:
        page = voice_page()
        assert page.title[0].value == "No event yet"
        assert "**First step:** make and open an event" in everything(page)
        create_event(
            this_server().summit().records,
            name="Fresh <event>",
            place="",
            starts_on=DAY,
            ends_on=DAY,
            now=NOW,
            code="FRESH",
        )
        page = voice_page()
        assert page.title[0].value == "Nothing has been released yet"
        assert "at least 5 people gave" in everything(page)
        assert "Fresh &lt;event&gt;" in everything(page)
        hotspots = opened()
        assert set(hotspots.dataframe[0].value["Voices: unsafe"]) == {"not enough voices"}
    finally:
        this_server().summit.close()


def test_voices_come_out_without_a_screen_that_shows_the_wall(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path / "records"))
    this_server().summit.open()
    try:
        summit = this_server().summit()
        an_event(summit)
        few, enough = 9, 10
        send_pins(summit, Clock(), *(pin(phone) for phone in range(few)))
        page = voice_page()
        assert page.title[0].value == "Nothing has been released yet"
        assert "at least 10 people have pinned" in everything(page)
        # The wall looks at the pins once in a while, and is not asked to look sooner.
        summit.caches.walls.clear()
        send_pins(summit, Clock(), pin(few))
        assert f"{enough} people spoke" in everything(voice_page())
    finally:
        this_server().summit.close()


def test_when_the_records_are_closed_the_pages_say_so() -> None:
    page = AppTest.from_file(str(MAIN), default_timeout=60).run()
    assert not page.exception and not page.error
    assert set(page.dataframe[0].value["Voices: unsafe"]) == {"cannot be read now"}
    page.switch_page("screens/youth_voice.py").run()
    assert not page.exception
    assert page.title[0].value == "Pins cannot be read just now"


def test_a_fault_of_the_records_leaves_the_map_of_the_record(
    voiced: Summit, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(voiced.records, "look", broken)
    page = opened()
    assert set(page.dataframe[0].value["Voices: unsafe"]) == {"cannot be read now"}
    assert "The voices cannot be read: RuntimeError" in caplog.text


def test_journeys_are_a_list_too(voiced: Summit) -> None:
    page = voice_page()
    found = shown(voiced)
    assert f"Journeys as a list ({len(found.corridors.frame)} hexagons)" in [
        box.label for box in page.expander
    ]
    listed = next(frame.value for frame in page.dataframe if "People" in frame.value)
    assert listed["People"].tolist() == found.corridors.frame["people"].tolist()


def hexagons(ws: Workspace, summit: Summit, resolution: int) -> pd.DataFrame:
    selection = ws.select("violence", first="2025-11", last="2026-10")
    view = views.hotspot_view(ws, selection, resolution=resolution)
    found = voice_beside.hotspots_with_voices(
        ws, view, selection, resolution=resolution, summit=this_server().summit
    )
    return found.hotspots.cells.frame


def test_hotspots_have_the_voices_of_the_hexagon_that_holds_them(
    ws: Workspace, voiced: Summit
) -> None:
    from vrp_map import grid

    (one,) = voice.heard(voiced)
    unsafe = one.cells("unsafe", resolution=8)
    for resolution in (8, 9, 10):
        frame = hexagons(ws, voiced, resolution)
        wall = grid.parents(grid.from_text(frame["cell"].tolist()), resolution=8)
        wanted = [f"{unsafe[int(c)]:,}" if int(c) in unsafe else "not enough voices" for c in wall]
        assert frame["voices"].tolist() == wanted
        assert set(wanted) > {"not enough voices"}


def test_a_coarser_hexagon_has_at_least_its_largest_number(ws: Workspace, voiced: Summit) -> None:
    from vrp_map import grid

    (one,) = voice.heard(voiced)
    unsafe = one.cells("unsafe", resolution=8)
    frame = hexagons(ws, voiced, 7)
    for cell, words in zip(grid.from_text(frame["cell"].tolist()), frame["voices"], strict=True):
        inside = [n for c, n in unsafe.items() if grid.parents([c], resolution=7)[0] == cell]
        assert words == (f"at least {max(inside):,}" if inside else "not enough voices")
    assert frame["voices"].str.startswith("at least").any()


def test_a_hotspot_over_several_hexagons_has_at_least_the_largest() -> None:
    from vrp_map import grid

    cells = grid.to_text(grid.cells_at([-1.9, -1.95, -1.9, -1.8], [52.48] * 4, resolution=8))
    unsafe = {int(grid.from_text(cells[:1])[0]): 12, int(grid.from_text(cells[1:2])[0]): 30}
    found = voice_beside.beside(cells, unsafe, resolution=8, groups=[1, 1, 2, 0])
    assert found.to_dict() == {1: "at least 30", 2: "12"}
    assert voice_beside.beside([], unsafe, resolution=8).empty


def test_the_hotspots_page_shows_them_in_list_panel_and_files(
    ws: Workspace, voiced: Summit
) -> None:
    frame = hexagons(ws, voiced, 9)
    heard = frame[frame["voices"] != "not enough voices"].iloc[0]
    page = opened(at=f"cell:{heard['cell']}")
    column = page.dataframe[0].value.set_index("Rank")["Voices: unsafe"]
    assert column[heard["rank"]] == heard["voices"]
    assert f"{heard['voices']} people at events feel unsafe around here" in html_of(page)
    silent = frame[frame["voices"] == "not enough voices"].iloc[0]
    assert "That does not mean it feels safe." in html_of(opened(at=f"cell:{silent['cell']}"))
    selection = ws.select("violence", first="2025-11", last="2026-10")
    view = voice_beside.hotspots_with_voices(
        ws,
        views.hotspot_view(ws, selection, resolution=9),
        selection,
        resolution=9,
        summit=this_server().summit,
    )
    rows = list(csv.DictReader(io.StringIO(report.to_csv(view.hotspots.cells))))
    assert {row["voices"] for row in rows} == set(frame["voices"])
    assert "as released" in view.hotspots.method["voices"]


def test_a_filter_change_asks_the_records_nothing(
    voiced: Summit, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened()
    monkeypatch.setattr(
        voiced.records, "read", lambda *_: pytest.fail("the records were asked again")
    )
    page.selectbox(key="f_what").set_value("robbery").run()
    assert not page.exception and not page.error


def test_the_page_never_reads_a_pin(voiced: Summit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only releases: with every pin gone from the records the page is the same."""
    before = everything(voice_page())
    event = voice.heard(voiced)[0].event
    assert len(pins_of(voiced.records, event)) > 600
    voiced.records.write(lambda con: con.execute("DELETE FROM pin")).result()
    voiced.caches.forget_voices()
    assert everything(voice_page()) == before


def test_a_choice_without_incidents_still_opens(ws: Workspace, voiced: Summit) -> None:
    selection = ws.select("stop-and-search", first="2026-10", last="2026-10")
    view = views.hotspot_view(ws, selection, resolution=9)
    found = voice_beside.hotspots_with_voices(
        ws, view, selection, resolution=9, summit=this_server().summit
    )
    assert found.hotspots.cells.frame.empty and "voices" in found.hotspots.cells.frame
    page = opened(category="stop-and-search")
    assert not page.dataframe
    other = AppTest.from_file(str(MAIN), default_timeout=60).run()
    other.switch_page("screens/youth_voice.py")
    other.query_params["category"] = "stop-and-search"
    other.run()
    assert not other.exception
    assert "nothing to compare the voices with" in other.error[0].value
    assert other.selectbox(key="f_what").value == "stop-and-search"
