"""The page on the architecture says what the tests hold."""

from __future__ import annotations

import re
from pathlib import Path

from tests.test_architecture import LAYERS

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_layer_table_is_the_one_that_is_held() -> None:
    told = {
        room: int(layer)
        for layer, rooms in re.findall(r"^\| (\d) \| (.*?) \|", PAGE, re.MULTILINE)
        for room in re.findall(r"`(\w+)`", rooms)
    }
    held = {name.rpartition(".")[2]: layer for name, layer in LAYERS.items() if name != "vrp_map"}
    assert told == held
