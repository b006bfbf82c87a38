"""The order of places found by words: one rule, whatever the places are called and in whatever
order they come.
"""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import assume, given
from hypothesis import strategies as st

from vrp_map.places.search_order import Order, folded, order

WORDS = st.lists(
    st.sampled_from(["new", "street", "station", "park", "old", "newton", "st"]),
    min_size=1,
    max_size=4,
)


class Place(NamedTuple):
    """A place as it is shown, and whether it is only a kind of place."""

    name: str
    area: str = ""
    is_kind: bool = False


PLACES = st.builds(
    Place,
    WORDS.map(lambda words: " ".join(words).title()),
    st.sampled_from(["Newton", "Ladywood"]),
    st.booleans(),
)


def rank(text: str, place: Place) -> Order:
    own = folded(place.name.partition(", near ")[0])
    return order(folded(text), own, is_kind=place.is_kind, name=place.name, area=place.area)


def ranked(text: str, *places: Place) -> list[str]:
    return [place.name for place in sorted(places, key=lambda place: rank(text, place))]


def test_a_street_and_a_station_come_before_what_lies_near_them_or_in_newton() -> None:
    right = [
        Place("New Street", "Ladywood, Birmingham"),
        Place("Birmingham New Street (Station)", "Ladywood, Birmingham"),
        Place("New Street North", "St Pauls, Sandwell"),
        Place("Old New Street", "Bilston, Wolverhampton"),
        Place("Street of the New", "Bilston, Wolverhampton"),
        Place("Bank Street", "Newton, Sandwell"),
        Place("Petrol Station, near New Street", "Newton, Sandwell", is_kind=True),
    ]
    for places in (right, right[::-1]):
        assert ranked("new street", *places) == [place.name for place in right]


def test_the_area_may_be_said_too() -> None:
    assert ranked(
        "wood street birmingham",
        Place("Elm Street", "Handsworth Wood, Birmingham"),
        Place("Wood Street", "Birmingham"),
    ) == ["Wood Street", "Elm Street"]
    assert ranked(
        "walsall station", Place("Station Road", "Walsall"), Place("Walsall Station", "Walsall")
    ) == ["Walsall Station", "Station Road"]


@given(
    text=WORDS.map(" ".join), places=st.lists(PLACES, max_size=8, unique=True), chance=st.randoms()
)
def test_the_order_is_one_whatever_comes_first(
    text: str, places: list[Place], chance: object
) -> None:
    mixed = list(places)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert ranked(text, *mixed) == ranked(text, *places)


@given(words=WORDS, other=PLACES)
def test_nothing_but_a_station_comes_before_the_name_itself(words: list[str], other: Place) -> None:
    text = " ".join(words)
    assume(folded(other.name) != words and "station" not in other.name.lower())
    assert rank(text, Place(text.title())) < rank(text, other)


@given(words=WORDS, before=WORDS, after=WORDS)
def test_exact_then_begins_then_within_then_apart(
    words: list[str], before: list[str], after: list[str]
) -> None:
    """Of names that have all the words, none ending in "station", which has a rule of its own."""
    text = " ".join(words)
    begins, within = [*words, *after, "x"], ["x", *before, *words, "x"]
    apart = [part for word in words for part in (word, "x")]
    assume(len(words) > 1 and f" {text}" not in f" {' '.join(apart)}")
    names = [Place(" ".join(parts)) for parts in (words, begins, within, apart)]
    assert [rank(text, name)[:2] for name in names] == [(0, 0), (0, 1), (0, 2), (0, 3)]


@given(text=WORDS.map(" ".join), name=WORDS.map(" ".join))
def test_case_and_signs_change_nothing(text: str, name: str) -> None:
    loud = text.upper().replace(" ", " - ")
    assert rank(loud, Place(name)) == rank(text, Place(name))


@given(text=WORDS.map(" ".join), name=WORDS.map(" ".join))
def test_a_name_of_its_own_comes_before_a_kind_of_place(text: str, name: str) -> None:
    assert rank(text, Place(name)) < rank(text, Place(name, is_kind=True))
