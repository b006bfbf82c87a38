"""The page Money without a browser: what it says of grants, what to watch, and who may read it."""

from __future__ import annotations

import html
from collections.abc import Iterator

import pytest

from tests.pages import html_of, page_at
from vrp_map.common import sheets
from vrp_map.funding.need.areas import CAVEATS
from vrp_map.funding.service import Funding
from vrp_map.funding.sheet import column_of, read_grants
from vrp_map.principal import DEMO
from vrp_map.server import this_server
from vrp_map.ui.money import places
from vrp_map.ui.shared import session

pytestmark = pytest.mark.usefixtures("served")
SHEET = (
    b"Stream,Year,Recipient,Purpose,Amount,State,Area,Evaluation %\r\n"
    b"Core,2026-27,Council,<b>Mentors</b>,1000,confirmed,Walsall,5\r\n"
    b"Core,2026-27,Charity,Youth work,500,at risk,Coventry,\r\n"
    b"Total,,,,1700,,,\r\n"
)


@pytest.fixture
def funding(own_records: None) -> Iterator[Funding]:
    this_server().summit.open()
    yield Funding(this_server().pilots().records)
    this_server().summit.close()


def test_it_says_what_is_sure_what_to_watch_and_which_sums_differ(funding: Funding) -> None:
    page = page_at("money").run()
    assert page.title[0].value == "There is no grant yet" and not page.exception
    found = read_grants(sheets.read_sheet("a.csv", SHEET, is_column=column_of))
    assert len(found.grants) == 2
    funding.keep(DEMO, found, name="a.csv", now=session.now())
    page = page_at("money").run()
    assert not page.exception
    assert page.title[0].value == "£1,500 in 2 grants: £1,000 confirmed, £500 at risk"
    said = html_of(page)
    # The line on top speaks of the partner view on pages of the map alone.
    assert "incidents to" in said and "partner view" not in said
    assert "stated as £1,700; its lines add up to £1,500. The difference is £200" in said
    assert "The money is at risk." in said and "5% goes to evaluation" in said
    assert "&lt;b&gt;Mentors" in said and "<b>Mentors" not in said
    page.selectbox(key="money_by").set_value("area").run()
    assert "Walsall" in html_of(page) and "£1,000" in html_of(page)
    assert html_of(page).index("G0001") < html_of(page).index("G0002")


def test_a_line_that_may_be_a_known_grant_is_asked_about(funding: Funding) -> None:
    found = read_grants(sheets.read_sheet("a.csv", SHEET, is_column=column_of))
    funding.keep(DEMO, found, name="a.csv", now=session.now())
    raised = SHEET.replace(b"Youth work,500", b"Youth work,700").replace(b"1700", b"1900")
    page = page_at("money").run()
    upload = page.file_uploader(key="money_file")
    upload.set_value(("b.csv", raised, "text/csv")).run()
    (question,) = (one for one in page.selectbox if "or another grant?" in one.label)
    assert "Youth work, £700: is it G0002 (Youth work, £500)" in question.label
    (save,) = (one for one in page.button if "leave out" in one.label)
    assert save.label == "Save 1, leave out 1"
    question.set_value("G0002").run()
    (save,) = (one for one in page.button if "leave out" in one.label)
    assert save.label == "Save 2, leave out 0"
    save.click().run()
    assert page.success[0].value == "Added 0 and changed 1; 1 were there." and not page.exception
    amounts = {one.reference: int(one.grant.amount) for one in funding.all(DEMO)}
    assert amounts == {"G0001": 1000, "G0002": 700}


def test_one_grant_is_recorded_and_changed_by_the_form(funding: Funding) -> None:
    page = page_at("money").run()
    fill = {"Stream": "Core", "Year": "2026-27", "Purpose": "Mentors", "Amount": "12,000"}
    fill |= {"Area": "Walsall; Dudley", "Shares": "60; 40", "Q1 plan": "3000"}
    for title, text in (fill | {"Amount": "twelve"}).items():
        page.text_input(key=f"grant_{title}").set_value(text)
    page.button[-1].click().run()
    assert not page.exception and "is no amount" in page.error[0].value
    assert funding.all(DEMO) == []
    page.text_input(key="grant_Amount").set_value("12,000")
    page.button[-1].click().run()
    assert page.success[0].value == "Saved a new grant."
    (record,) = funding.all(DEMO)
    assert record.grant.areas == {"Walsall": 0.6, "Dudley": 0.4} and record.grant.amount == 12000
    assert page.text_input(key="grant_Stream").value == ""
    page.selectbox(key="grant_id").set_value(record.id).run()
    assert page.text_input(key="grant_Shares").value == "60; 40"
    assert page.text_input(key="grant_Reference").disabled
    page.selectbox(key="grant_State").set_value("at risk")
    page.text_input(key="grant_Evaluation").set_value("12")
    page.text_input(key="grant_Q1 spend").set_value("2,500")
    page.button[-1].click().run()
    assert page.success[0].value == "Saved the change." and not page.exception
    (changed,) = funding.all(DEMO)
    assert (changed.version, changed.grant.state, changed.grant.evaluation) == (2, "at risk", 12)
    assert changed.grant.planned[0] == 3000 and changed.grant.spent[0] == 2500
    page.button[-1].click().run()
    assert page.success[0].value == "That is what stands there already."
    assert len(funding.all(DEMO)) == 1


def test_money_stands_beside_need_with_what_each_number_is_not(funding: Funding) -> None:
    page = page_at("money").run()
    page.radio(key="money_view").set_value("Money against need").run()
    assert page.title[0].value == "No grant names an area yet" and not page.exception
    found = read_grants(sheets.read_sheet("a.csv", SHEET, is_column=column_of))
    funding.keep(DEMO, found, name="a.csv", now=session.now())
    page.run()
    assert not page.exception and not page.error
    said = html_of(page)
    assert page.title[0].value.startswith("Money of 2026-27 beside ")
    assert "Walsall £" in said and "src='data:image/svg+xml;base64," in said
    assert all(html.escape(words) in said for words in CAVEATS.values())
    page.selectbox(key="need_by").set_value("Money").run()
    assert "Walsall £1,000" in html_of(page)


def test_places_lead_to_their_case_on_a_page(funding: Funding) -> None:
    page = page_at("money").run()
    page.radio(key="money_view").set_value("Places").run()
    assert not page.exception and not page.error
    assert "firm; nothing is recorded at" in page.title[0].value
    said = html_of(page)
    assert "href='/brief?category=" in said and "at=hotspot%3A" in said
    page.selectbox(key="places_which").set_value("Where nothing is recorded").run()
    assert not page.exception
    ws = session.workspace()
    selection = ws.select(["violence"], first="2025-11", last="2026-10")
    text = places._equality(ws, selection).decode()
    assert "hexagons that stand" in text and "who lives there, not who is harmed" in text
    nowhere = ws.select(["drugs"], first="2026-10", last="2026-10")
    assert places._equality(ws, nowhere)


def test_other_staff_do_not_read_it(funding: Funding, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRP_LOCAL_ROLES", "navigator")
    page = page_at("money").run()
    assert "may read grants" in page.error[0].value and not page.title
