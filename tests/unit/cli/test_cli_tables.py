"""Tables on the screen: what is left out where there is no room, and how a value is written."""

from __future__ import annotations

import pandas as pd
import pytest
from rich.console import Console

from vrp_map.cli.tables import cell_text, fitting, grid, protected_table
from vrp_map.config import Settings
from vrp_map.disclosure.protect import protect
from vrp_map.vocabulary import Audience


@pytest.mark.parametrize(
    ("width", "left"),
    [
        (100, ["place", "n", "q", "share"]),
        # 10 + 2 + 9 + 2 + 4 + 2 + 5 = 34
        (34, ["place", "n", "q", "share"]),
        (33, ["place", "n", "q"]),
        (26, ["place", "n"]),
        (3, ["place", "n"]),
    ],
)
def test_the_least_important_columns_go_first(width: int, left: list[str]) -> None:
    assert fitting({"place": (10, 1), "n": (9, 1), "q": (4, 2), "share": (5, 5)}, width) == left


def test_of_equal_columns_the_last_goes() -> None:
    assert fitting({"a": (5, 3), "n": (5, 1), "b": (5, 3)}, 12) == ["a", "n"]


@pytest.mark.parametrize(
    ("name", "value", "hidden", "said"),
    [
        ("n", None, True, "hidden"),
        ("n", 1234, False, "1,234"),
        ("change", None, True, "–"),
        ("change", 0.084, False, "+8%"),
        ("change", -0.084, False, "-8%"),
        ("change", -0.001, False, "0%"),
        ("share", 0.0364, False, "3.6%"),
        ("rate", 1234.56, False, "1,234.6"),
        ("q", 0.00004, False, "<0.001"),
        ("q", 0.05, False, "0.05"),
        ("rank", 1024, False, "1024"),
        ("name", "[bold]", False, "[bold]"),
    ],
)
def test_values_as_people_read_them(name: str, value: object, hidden: bool, said: str) -> None:
    assert cell_text(name, value, hidden=hidden) == said


def lines_of(table: object, width: int) -> list[str]:
    console = Console(width=width, highlight=False)
    with console.capture() as captured:
        console.print(table)
    return captured.get().splitlines()


def test_numbers_stand_right_and_a_long_name_is_folded() -> None:
    frame = pd.DataFrame(
        {
            "cluster": [1, 2],
            "name": [
                (
                    "around Great Charles Street Queensway and far beyond, Birmingham, Birmingham"
                    " West NPU"
                ),
                "around X",
            ],
            "lad": ["Birmingham", None],
            "npu": ["Birmingham West", None],
            "n": [1250, 3],
            "change": [0.1, None],
            "hotspot_class": ["hot 99%", "hot 95%"],
            "new_thing": ["x" * 30, "y"],
        }
    )
    safe = protect(frame, audience=Audience.PARTNER, settings=Settings())
    table, left_out = protected_table(safe, width=65)
    lines = lines_of(table, 65)
    assert max(map(len, lines)) <= 65 and left_out == ["Class"]
    assert lines[0].split() == ["No.", "Place", "NPU", "Incidents", "Change"]
    assert "Birmingham West NPU" not in "".join(lines) and "Queensway" in "".join(lines)
    assert [
        line[lines[0].index("Incidents") : lines[0].index("Incidents") + 9]
        for line in lines[1:]
        if line[:3].strip()
    ] == [
        "    1,250",
        "   hidden",
    ]


def test_a_small_table_writes_missing_numbers_as_hidden() -> None:
    lines = lines_of(grid(["What", "Rows"], [("a", 12345), ("b", None), ("c", pd.NA)]), 80)
    assert [line.rstrip() for line in lines] == [
        "What    Rows",
        "a     12,345",
        "b     hidden",
        "c     hidden",
    ]
