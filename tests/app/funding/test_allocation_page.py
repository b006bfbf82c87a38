"""A sum shared out on the page Money: the command's numbers, the rule of rates, who gains."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.funding.test_money_page import funding as funding
from tests.pages import html_of, page_at
from vrp_map.cli import main
from vrp_map.config import Settings
from vrp_map.funding.service import Funding

pytestmark = pytest.mark.usefixtures("served", "funding")


@pytest.fixture
def editor() -> Iterator[AppTest]:
    page = page_at("money").run()
    page.radio(key="money_view").set_value("Share a sum out").run()
    assert not page.exception
    yield page


def test_the_page_and_the_command_say_the_same(
    editor: AppTest, demo: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    editor.number_input(key="money_weight_smoothed").set_value(25.0).run()
    assert "adds rates" in editor.error[0].value and "Who gets what" not in html_of(editor)
    editor.checkbox(key="money_mixture").check().run()
    assert not editor.error and not editor.exception
    file = tmp_path / "formula.toml"
    text, command = (one.value for one in editor.code)
    file.write_text(text, encoding="utf-8")
    words = command.replace("formula.toml", str(file)).split()[1:]
    with pytest.raises(SystemExit, match="0"):
        main([*words, "--store", str(demo.store), "--json"])
    found = json.loads(capsys.readouterr().out)
    said = html_of(editor)
    for row in found["areas"]:
        assert f"£{row['pounds']:,}" in said and f"£{row['low']:,} to £{row['high']:,}" in said
    for sentence in found["sentences"][:3]:
        assert sentence in said
    assert "against equal shares" in said


def test_what_is_in_a_file_is_shared_out_as_it_says(editor: AppTest) -> None:
    editor.selectbox(key="money_family").set_value("From a file").run()
    assert editor.title[0].value == "Share a sum out" and not editor.exception


@pytest.mark.parametrize("family", ["equal", "points", "holders"])
def test_every_family_gives_amounts(editor: AppTest, family: str) -> None:
    editor.selectbox(key="money_family").set_value(family).run()
    assert not editor.exception and not editor.error
    assert "gets the most" in editor.title[0].value and "In 95 of 100 redraws" in html_of(editor)


def test_limits_that_leave_no_amounts_are_said(editor: AppTest) -> None:
    editor.number_input(key="money_floor").set_value(1_000_000).run()
    assert "The least that each area must get adds up to" in editor.error[0].value
    assert not editor.exception and "Who gets what" not in html_of(editor)


def test_other_staff_share_nothing_out(funding: Funding, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRP_LOCAL_ROLES", "navigator")
    page = page_at("money").run()
    assert "may read grants" in page.error[0].value and not page.radio


def test_a_scenario_is_saved_compared_and_signed_off_and_compared_with(editor: AppTest) -> None:
    editor.text_input(key="scenario_name").set_value("By <b>incidents</b>").run()
    editor.button(key="scenario_save").click().run()
    assert "Saved as F" in editor.success[0].value
    editor.selectbox(key="money_family").set_value("equal").run()
    editor.button(key="scenario_save").click().run()
    editor.radio(key="money_view").set_value("Scenarios").run()
    assert not editor.exception and editor.title[0].value == "2 scenarios, none signed off"
    said = html_of(editor)
    assert "gives more than" in said and "<b>incidents" not in said and "snapshot" in said
    editor.button(key="scenario_sign").click().run()
    assert "was signed off last" in editor.title[0].value
    assert not [button for button in editor.button if button.key == "scenario_sign"]
    editor.radio(key="money_view").set_value("Share a sum out").run()
    assert any("scenario F" in option for option in editor.selectbox(key="money_against").options)
