"""What the flags find, what they leave alone, and an own list of words. Every text is made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from vrp_map.errors import UserError
from vrp_map.summit.moderation.flag_words import load_flag_words
from vrp_map.summit.moderation.flags import Flag, discloses, flags_of, read_flag_words, redact

WORDS = load_flag_words()


def found(text: str) -> list[tuple[str, str]]:
    return [(str(flag.kind), text[flag.start : flag.end]) for flag in flags_of(text, WORDS)]


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        ("ring 07700 900 123 please", "phone", "07700 900 123"),
        ("ring 07700900123", "phone", "07700900123"),
        ("+44 7700 900123", "phone", "+44 7700 900123"),
        ("0044-7700-900123", "phone", "0044-7700-900123"),
        ("(0121) 496 0000", "phone", "(0121) 496 0000"),
        ("07700–900·123", "phone", "07700–900·123"),
        ("07700_900_123", "phone", "07700_900_123"),
        ("0*7*7*0*0*9*0*0*1*2*3", "phone", "0*7*7*0*0*9*0*0*1*2*3"),
        ("my_name_is_robin", "name", "robin"),
        ("My...name...is...Robin", "name", "Robin"),
        ("robin@example.org", "email", "robin@example.org"),
        ("robin (at) example.org", "email", "robin (at) example.org"),
        ("we live in b99 9zz", "postcode", "b99 9zz"),
        ("B999ZZ", "postcode", "B999ZZ"),
        ("find me @kestrel_9", "account", "@kestrel_9"),
        ("snap: kestrel.9", "account", "kestrel.9"),
        ("my insta is kestrel9", "account", "kestrel9"),
        ("SC: kestrel", "account", "kestrel"),
        ("www.example.org/me", "web", "www.example.org/me"),
        ("see example.co.uk", "web", "example.co.uk"),
        ("my name is robin", "name", "robin"),
        ("My name's Robin Sample ok", "name", "Robin Sample"),
        ("a boy called Robin does it", "name", "Robin"),
        ("12 Example Street", "address", "12 Example Street"),
        ("i live at 3a sample rd", "address", "3a sample rd"),
        ("9 Kestrel Close", "address", "9 Kestrel Close"),
        ("flat 12", "address", "flat 12"),
    ],
)
def test_personal_details_are_found_where_they_are(text: str, kind: str, what: str) -> None:
    assert found(text) == [(kind, what)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("i want to die", "harm-to-self"),
        ("I'm gonna k1ll myself", "harm-to-self"),
        ("k i l l myself", "harm-to-self"),
        ("S.U.I.C.I.D.E", "harm-to-self"),
        ("killlllll   MYSELF", "harm-to-self"),
        ("I don’t want to live", "harm-to-self"),
        ("my dad hits me", "hurt-by-somebody"),
        ("he beats me", "hurt-by-somebody"),
        ("he hit me with a belt", "hurt-by-somebody"),
        ("scared to go home", "hurt-by-somebody"),
        ("they made me carry drugs", "exploitation"),
        ("he's going cunch", "exploitation"),
        ("county lines round here", "exploitation"),
        ("i owe them money", "exploitation"),
        ("i want 2 die", "harm-to-self"),
        ("ki11 my$elf", "harm-to-self"),
        ("killmyself", "harm-to-self"),
        ("#KillMyself", "harm-to-self"),
        ("I dont’t want to live, I don t want to live", "harm-to-self"),
        ("k\u00adill mys\u00adelf", "harm-to-self"),
        ("hit!me", "hurt-by-somebody"),
        ("he hits meeeeee", "hurt-by-somebody"),
        ("selling 4 them", "exploitation"),
        ("r...a...p...e...d me", "hurt-by-somebody"),
        ("my stepdad h i t s m e", "hurt-by-somebody"),
        ("i w a n t t o d i e", "harm-to-self"),
    ],
)
def test_a_disclosure_proposes_the_safeguarding_lane(text: str, kind: str) -> None:
    flags = flags_of(text, WORDS)
    assert kind in {flag.kind for flag in flags} and discloses(flags)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("boys with knives", "weapons"),
        ("gonna stab robin", "threats"),
        ("I will hurt Robin", "threats"),
    ],
)
def test_weapons_and_threats_are_read_first_by_moderators(text: str, kind: str) -> None:
    flags = flags_of(text, WORDS)
    assert kind in {flag.kind for flag in flags} and not discloses(flags)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "you were killing it",
        "we watched Die Hard",
        "gonna smash it",
        "dark, no lights",
        "I beat the bus",
        "the 15 and 16 buses",
        "it is 10 minutes to walk",
        "the knife and fork cafe",
        "water guns in the park",
        "this skill is illusion",
        "I am here",
        "called the police",
        "it costs 2.50",
        "at 16:30 on 12/03",
        "a bus driver was rude",
        "he art hit met",
        "the mole stood there",
        "over do it",
        "band on stage",
        "g room",
        "i rapped at the show",
        "two die hard fans",
        "whit me",
        "we went to the ot",
        "good lights, nice cafe_bar",
        "be at me 4 pm",
        "ten ding it all",
        "was kill ed off",
        "km south",
        "self made, harmony",
        "I'd end it there",
        "can't leave the game early",
        "we all beat them 3-1",
        "send news",
        "touch rugby",
        "a b c d e f g",
        "привет, как дела",
        "A...B...C, 10...12 people",
        "15, 16, 17, 18 buses",
        "from £10.50 - £12.50",
    ],
)
def test_everyday_words_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_redaction_takes_out_what_is_flagged_and_nothing_else() -> None:
    text = "Dark here, ring 07700 900123 or robin@example.org."
    assert redact(text, flags_of(text, WORDS)) == "Dark here, ring [removed] or [removed]."
    assert redact("abcdef", [Flag("x", "x", 1, 3), Flag("y", "y", 3, 5)]) == "a[removed]f"
    assert redact("plain", []) == "plain"


def test_an_own_list_takes_the_place_of_ours(tmp_path: Path) -> None:
    file = tmp_path / "words.toml"
    file.write_text(
        '[own]\nwords = "our word"\ndisclosure = true\nphrases = ["blue* door|gate"]\n',
        encoding="utf-8",
    )
    own = load_flag_words(str(file))
    assert [flag.words for flag in flags_of("by the BLUEISH gate, I want to die", own)] == [
        "our word"
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [("[own]\nphrases = []", "group own"), ("own = 3", "group own"), ("[own", "not valid TOML")],
)
def test_a_list_that_cannot_be_used_says_why(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=says):
        load_flag_words(str(file))
    with pytest.raises(UserError, match="cannot be read"):
        load_flag_words(str(tmp_path / "none.toml"))


def test_a_list_without_phrases_finds_nothing() -> None:
    empty = read_flag_words({"own": {"words": "x", "disclosure": False, "phrases": []}})
    assert flags_of("i want to die", empty) == ()
