"""The page on the architecture says what the tests hold, and names only files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.test_architecture import LAYERS

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
# Merged into `workspace` for a reader of the page.
PARTS = {"workspace_base", "workspace_statistics"}


def test_the_layer_table_is_the_one_that_is_held() -> None:
    told = {
        room: int(layer)
        for layer, rooms in re.findall(r"^\| (\d) \| (.*?) \|", PAGE, re.MULTILINE)
        for room in re.findall(r"`(\w+)`", rooms)
    }
    held = {name.rpartition(".")[2]: layer for name, layer in LAYERS.items() if name != "vrp_map"}
    assert told == {name: layer for name, layer in held.items() if name not in PARTS}


@pytest.mark.parametrize("page", ["architecture.md", "contributing.md"])
def test_every_file_it_names_is_there(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:vrp_map|tests|pipelines|benchmarks|docs)/[\w/.]+)`", text)
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]
