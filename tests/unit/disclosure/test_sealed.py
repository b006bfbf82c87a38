"""A sealed table cannot be forged, and its counts cannot be changed: every way round that we could
think of.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from vrp_map.config import Settings
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.disclosure.released import Released
from vrp_map.disclosure.releases import Release
from vrp_map.disclosure.sealed import Sealed, opened
from vrp_map.export import tables as report
from vrp_map.vocabulary import Audience

EXACT = pd.DataFrame({"n": [1]})
CELLS = ("88195cad5dfffff", "88195cad51fffff", "88195cad53fffff")


def incidents(audience: Audience = Audience.PUBLIC) -> Protected:
    frame = pd.DataFrame(
        {
            "cell": CELLS,
            "name": ["Moor", "Hill", "Ford"],
            "n": [30, 1, 57],
            "n_previous": [4, 12, 80],
            "z": [2.0, 0, 3],
        }
    )
    return protect(
        frame, audience=audience, settings=Settings(), counts=("n", "n_previous"), exact=("z",)
    )


def voices(people: int = 40, **kinds: dict[str, int]) -> Released:
    release = Release(1, people, {**Release().counts, **kinds})
    return Released([release], list(kinds), settings=Settings())


def shown(table: Sealed) -> str:
    return report.to_json(table) + report.to_csv(table)


class Impostor:
    """Looks like a table in every attribute, and says that it is one."""

    __class__ = Protected  # type: ignore[assignment]
    frame, note, total, hidden, audience, k = (
        EXACT,
        "Numbers under 10 are hidden.",
        1,
        0,
        Audience.PUBLIC,
        10,
    )

    def head(self) -> dict[str, Any]:
        return {"note": self.note}


class SameAsAnother(Impostor):
    """Claims to be equal to a real table."""

    def __init__(self, real: Protected) -> None:
        self.real = real

    def __hash__(self) -> int:
        return hash(self.real)

    def __eq__(self, other: object) -> bool:
        return True


def without_a_frame() -> object:
    made = object.__new__(Protected)
    for name in ("frame", "_frame", "total", "k"):
        with pytest.raises(AttributeError):
            object.__setattr__(made, name, EXACT)
    return made


FORGED = [
    Impostor,
    lambda: SameAsAnother(incidents()),
    without_a_frame,
    lambda: EXACT,
    lambda: None,
]


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize(
    "export", [report.to_csv, report.to_json, report.to_method, report.records, report.to_geojson]
)
def test_nothing_made_in_another_way_leaves_as_a_file(
    forged: Callable[[], Any], export: Callable[[Any], Any]
) -> None:
    with pytest.raises(TypeError, match=r"Only a table made by protect\(\)"):
        export(forged())


@pytest.mark.parametrize(
    "forge",
    [
        lambda safe: Protected(EXACT, Audience.PUBLIC, 10, 1, 0),
        lambda safe: type(safe)(),
        lambda safe: dataclasses.replace(safe, frame=EXACT),
        lambda safe: pickle.dumps(safe),
        lambda safe: copy.deepcopy(safe).__reduce_ex__(2),
        lambda safe: type("Open", (Protected,), {"frame": EXACT}),
        lambda safe: type("Open", (Released,), {}),
        lambda safe: type("Open", (Sealed,), {"frame": EXACT}),
        lambda safe: safe.__init__(EXACT, audience=Audience.ANALYST, settings=Settings()),
        lambda safe: Protected.__init__(
            safe, EXACT, audience=Audience.ANALYST, settings=Settings()
        ),
    ],
)
def test_no_table_is_made_of_another(forge: Callable[[Protected], Any]) -> None:
    safe = incidents()
    before = shown(safe)
    with pytest.raises(TypeError):
        forge(safe)
    assert shown(safe) == before


@pytest.mark.parametrize(
    "name", ["frame", "total", "hidden", "k", "note", "audience", "seal", "anything"]
)
def test_nothing_is_set_on_a_table(name: str) -> None:
    safe = incidents()
    with pytest.raises(AttributeError):
        setattr(safe, name, EXACT)
    with pytest.raises(AttributeError):
        object.__setattr__(safe, name, EXACT)
    assert not hasattr(safe, "__dict__")


def test_a_copy_is_the_table_itself() -> None:
    safe = incidents()
    assert copy.copy(safe) is safe and copy.deepcopy([safe])[0] is safe


def by_item(frame: pd.DataFrame) -> None:
    frame["n"] = 1


def by_place(frame: pd.DataFrame) -> None:
    frame.loc[1, ["n", "hidden"]] = [1, False]


def by_array(frame: pd.DataFrame) -> None:
    frame["n"].array[1] = 1  # type: ignore[call-overload]


def by_inner_array(frame: pd.DataFrame) -> None:
    values = frame["n"].array
    values._data[:] = 1  # type: ignore[attr-defined]
    values._mask[:] = False  # type: ignore[attr-defined]


def by_deleting(frame: pd.DataFrame) -> None:
    del frame["hidden"]


def by_growing(frame: pd.DataFrame) -> None:
    frame.loc[len(frame)] = frame.loc[0]


@pytest.mark.parametrize(
    "write", [by_item, by_place, by_array, by_inner_array, by_deleting, by_growing]
)
def test_nobody_writes_into_a_table(write: Callable[[pd.DataFrame], None]) -> None:
    safe = incidents()
    before = shown(safe)
    write(safe.frame)
    for derived in (
        safe.where([True] * 3),
        safe.ordered([0, 1, 2]),
        safe.only(["cell", "n"]),
        safe.deriving(a=1),
    ):
        write(derived.frame)
    assert shown(safe) == before


def test_what_was_given_may_change_afterwards() -> None:
    frame = pd.DataFrame({"n": [30], "name": ["Moor"]})
    safe = protect(frame, audience=Audience.PUBLIC, settings=Settings())
    labels = np.array(["up"], dtype=object)
    derived = safe.deriving(label=labels)
    frame.loc[0, "n"], labels[0] = 1, "down"
    assert safe.frame["n"].tolist() == [30] and derived.frame["label"].tolist() == ["up"]


@pytest.mark.parametrize(
    "name", ["n", "n_previous", "hidden", "n_exact", "key", "key_previous", "unlocated_key"]
)
def test_no_count_is_derived(name: str) -> None:
    safe = incidents()
    for table in (safe, safe.only(["cell"]), safe.where([False] * 3)):
        with pytest.raises(ValueError, match="Counts are protected, never derived"):
            table.deriving(**{name: [1] * len(table)})


def test_nor_one_of_contributors() -> None:
    with pytest.raises(ValueError, match="never derived: people"):
        voices(unsafe={CELLS[0]: 12}).deriving(people=[1])
    with pytest.raises(ValueError, match="never derived: unsafe"):
        beside().deriving(unsafe=1)


@pytest.mark.parametrize("rows", [[0, 1], [0, 1, 1], [0, 1, 2, 2], [1, 2, 3], [-1, 0, 1]])
def test_an_order_has_every_row_once(rows: list[int]) -> None:
    with pytest.raises(ValueError, match="names every row once"):
        incidents().ordered(rows)


@pytest.mark.parametrize("rows", [[0, 1, 2], [True], [[True] * 3], ["True"] * 3, EXACT])
def test_which_rows_stay_is_said_of_each(rows: Any) -> None:
    with pytest.raises(ValueError, match="is said of every row"):
        incidents().where(rows)


def test_rows_are_ordered_numbered_and_left_out_whole() -> None:
    safe = incidents()
    ranked = safe.ranked([2, 0, 1])
    assert list(ranked.frame.columns[:2]) == ["rank", "cell"]
    assert ranked.frame[["rank", "name", "hidden"]].to_numpy().tolist() == [
        [1, "Ford", False],
        [2, "Moor", False],
        [3, "Hill", True],
    ]
    some = ranked.where(~ranked.frame["hidden"])
    assert some.frame["name"].tolist() == ["Ford", "Moor"]
    assert (some.hidden, ranked.hidden, some.total, some.note) == (0, 1, safe.total, safe.note)


def test_a_table_keeps_the_column_that_says_what_is_hidden() -> None:
    assert list(incidents().only(["n"]).frame) == ["n", "hidden"]
    assert "hidden" in incidents().without("hidden", "name").frame


def test_units_that_a_table_does_not_list_have_nothing_to_show() -> None:
    units = [CELLS[2], "88195cad55fffff", CELLS[0]]
    outside = incidents().at("cell", units)
    assert outside.frame["n"].tolist() == [60, pd.NA, 30] and outside.frame["hidden"].tolist() == [
        False,
        True,
        False,
    ]
    assert (outside.total, outside.hidden) == (90, 1)
    inside = incidents(Audience.ANALYST).at("cell", units)
    assert inside.frame["n"].tolist() == [57, 0, 30] and inside.total == 87


def beside() -> Protected:
    said = voices(unsafe={CELLS[0]: 12, CELLS[1]: 9})
    return incidents().beside(said.deriving(cell=said.frame["what"]), on="cell", unsafe="people")


def test_voices_beside_incidents_carry_both_notes() -> None:
    table = beside()
    assert table.frame["unsafe"].tolist() == [12, 9, pd.NA] and table.total == incidents().total
    assert table.note.startswith(incidents().note) and "Numbers of people" in table.note


def test_only_counts_are_put_beside_a_table() -> None:
    said = voices(unsafe={CELLS[0]: 12})
    said = said.deriving(cell=said.frame["what"], x=99)
    with pytest.raises(ValueError, match="Only counts"):
        incidents().beside(said, on="cell", n_more="x")
    for name in ("n", "n_previous", "hidden"):
        with pytest.raises(ValueError, match="has counts of that name"):
            incidents().beside(said, on="cell", **{name: "people"})


@pytest.mark.parametrize("audience", list(Audience))
def test_a_voices_table_has_nothing_of_an_incident_table(audience: Audience) -> None:
    said, recorded = (
        voices(setting={"school": 12, "park": 9}, role={"officer": 12}),
        incidents(audience),
    )
    document = json.loads(report.to_json(said))
    assert (document["total"], said.total) == (40, 40)
    assert "Numbers of people" in document["note"] and document["note"] != recorded.note
    assert not {"audience", "hidden"} & set(document) and document["counts"].startswith("people")
    assert "rounded" not in said.note and "exact" not in said.note.lower()
    assert "needs 10" in said.note and "needs" not in voices(setting={"school": 12}).note


def test_a_voices_table_never_has_fewer_than_k_even_of_a_release_made_by_hand() -> None:
    said = voices(
        unsafe={CELLS[0]: 4, CELLS[1]: 5, CELLS[2]: 39}, role={"officer": 9, "teacher": 10}
    )
    assert said.frame.set_index("what")["people"].to_dict() == {
        CELLS[1]: 5,
        CELLS[2]: 35,
        "teacher": 10,
    }
    assert voices(people=4, unsafe={CELLS[0]: 4}).total is None


def test_events_together_say_so() -> None:
    release = Release(1, 40, {**Release().counts, "unsafe": {CELLS[0]: 12}})
    both = Released([release, release], ["unsafe"], settings=Settings())
    assert (both.frame["people"].tolist(), both.total) == (
        [24],
        80,
    ) and "counts once at each" in both.note


def test_hexagons_of_another_size_are_left_out() -> None:
    release = Release(1, 40, {**Release().counts, "unsafe": {CELLS[0]: 12}})
    assert len(Released([release], ["unsafe"], settings=Settings(), resolution=8)) == 1
    assert len(Released([release], ["unsafe"], settings=Settings(), resolution=9)) == 0


def test_a_table_says_what_it_is_and_no_number() -> None:
    assert repr(incidents()) == "<Protected: 3 rows, k=10>" and bool(incidents().where([False] * 3))
    assert opened(incidents()).counts == ("n", "n_previous")
