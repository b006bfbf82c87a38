"""What a release shows of an event's themes: from numbers that are out already, and from nothing
else.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from vrp_map.errors import UserError
from vrp_map.summit.event_store import THEMES
from vrp_map.summit.wall.themes import Theme, load_themes, spoken_of

KNOWN = {
    "travel": Theme(
        "Travelled",
        (("setting", "school-journey"), ("setting", "work-journey"), ("help", "transport")),
    ),
    "light": Theme("Wanted light", (("reason", "lighting"), ("help", "lighting"))),
}


def test_a_theme_has_at_least_as_many_as_its_largest_answer() -> None:
    counts = {
        "setting": {"school-journey": 12, "work-journey": 20, "public-realm": 90},
        "help": {"transport": 7, "lighting": 30},
    }
    light, travel = spoken_of(["travel", "light"], counts, known=KNOWN)
    assert (travel.name, travel.words, travel.at_least) == ("Travel", "Travelled", 20)
    assert [answer[:2] + answer[3:] for answer in travel.answers] == [
        ("setting", "work-journey", 20),
        ("setting", "school-journey", 12),
        ("help", "transport", 7),
    ]
    assert travel.answers[0][2] == "On the way to or from work"
    assert (light.name, light.at_least) == ("Light", 30), "most spoken of first"


def test_what_is_not_released_or_of_no_theme_is_not_there() -> None:
    counts = {"setting": {"public-realm": 40}, "help": {}, "reason": {"lighting": 5}}
    assert spoken_of(["travel"], counts, known=KNOWN) == []
    assert [
        one.name for one in spoken_of(["something else", "LIGHT ", "travel"], counts, known=KNOWN)
    ] == ["LIGHT "]
    assert spoken_of([], counts, known=KNOWN) == spoken_of(["light"], {}, known=KNOWN) == []


def test_every_theme_that_an_event_has_by_default_is_in_our_table() -> None:
    ours = load_themes()
    assert set(THEMES) <= set(ours)
    assert all(theme.words and len(theme.answers) > 1 for theme in ours.values())


def test_an_own_table_takes_the_place_of_ours(tmp_path: Path) -> None:
    file = tmp_path / "themes.toml"
    file.write_text(
        '["Knife  Crime"]\nwords = "Feared knives."\nreasons = ["weapons", "weapons"]\n',
        encoding="utf-8",
    )
    assert load_themes(str(file)) == {
        "knife crime": Theme("Feared knives", (("reason", "weapons"),))
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[own", "not valid TOML"),
        ("own = 3", "'own' does not say in words"),
        ('[own]\nwords = " "\nhelps = ["police"]', "'own' does not say in words"),
        ('[own]\nwords = "x"', "names no answer"),
        ('[own]\nwords = "x"\nhelps = "police"', "helps of the theme 'own' are not a list"),
        ('[own]\nwords = "x"\nhelps = [["police"]]', "helps of the theme 'own' are not a list"),
        (
            '[own]\nwords = "x"\nreasons = ["police"]',
            "names 'police', which is none of the reasons",
        ),
        ('[own]\nwords = "x"\nhelp = ["police"]', "a line 'help' that says nothing"),
    ],
)
def test_a_table_that_cannot_be_used_says_why(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=says):
        load_themes(str(file))
    with pytest.raises(UserError, match="cannot be read"):
        load_themes(str(tmp_path / "none.toml"))
