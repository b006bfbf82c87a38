"""Words to selections, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from vrp_map.config import VIOLENCE, Settings
from vrp_map.errors import UserError
from vrp_map.selection import Selection, categories, month, selection_from_query, shift_month
from vrp_map.vocabulary import ACTIVITIES

SETTINGS = Settings()


def test_presets_aliases_and_slugs() -> None:
    assert categories(["violence"], settings=SETTINGS) == tuple(sorted(VIOLENCE))
    assert categories(["violent-crime"], settings=SETTINGS) == ("violence-and-sexual-offences",)
    assert categories(["robbery", "drugs", "robbery"], settings=SETTINGS) == ("drugs", "robbery")
    assert set(categories(["violence", "drugs"], settings=SETTINGS)) == {*VIOLENCE, "drugs"}


@pytest.mark.parametrize("preset", ["violence", "all"])
def test_activities_are_in_no_preset(preset: str) -> None:
    assert not set(categories([preset], settings=SETTINGS)) & set(ACTIVITIES)
    assert categories(["stop-and-search"], settings=SETTINGS) == ("stop-and-search",)


def test_an_unknown_category_names_the_nearest() -> None:
    with pytest.raises(UserError, match=r"no category 'robery'\. Did you mean robbery\?"):
        categories(["robery"], settings=SETTINGS)
    with pytest.raises(UserError, match="No category is chosen"):
        categories([], settings=SETTINGS)


@pytest.mark.parametrize(
    "text",
    ["2024", "2024-13", "2024-00", "24-01", "2024-1", "2024-01-01", "January", "", "２０２４-01-"],
)
def test_what_is_not_a_month(text: str) -> None:
    with pytest.raises(UserError, match="Write it as YYYY-MM"):
        month(text)


def test_a_period_runs_forward() -> None:
    with pytest.raises(UserError, match=r"ends \(2024-01\) before it begins \(2024-03\)"):
        Selection(("robbery",), date(2024, 3, 1), date(2024, 1, 1))


def test_an_open_period_has_no_previous() -> None:
    with pytest.raises(UserError, match="no first or last month"):
        Selection(("robbery",), date(2024, 3, 1)).previous()


def test_the_calendar_ends_somewhere() -> None:
    with pytest.raises(UserError, match="beyond the calendar"):
        shift_month(date(1, 1, 1), -1)


def test_a_query_without_anything_is_violence() -> None:
    assert selection_from_query({}, settings=SETTINGS) == Selection(tuple(sorted(VIOLENCE)))


def test_a_query_forgives_spaces_and_empty_parts() -> None:
    query = {"category": " robbery, ,drugs ", "from": "", "area": "lad:x,"}
    assert selection_from_query(query, settings=SETTINGS) == Selection(
        ("drugs", "robbery"), areas=("lad:x",)
    )
