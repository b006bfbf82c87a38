"""What a person typed as one line: spaces, what cannot be seen, and the joiners that have work to
do.
"""

from __future__ import annotations

import json

import h3
import pytest

from vrp_map.common.plain_text import plain_text
from vrp_map.summit.pins.pin import read_pin

_SPACES = [
    chr(c) for c in (0x9, 0xA, 0xD, 0xA0, *range(0x2000, 0x200B), 0x2028, 0x202F, 0x205F, 0x3000)
]
_UNSEEN = [
    "\x00",
    "\x1b",
    "\u00ad",
    "\u200b",
    "\u200e",
    "\u202e",
    "\u2060",
    "\ufeff",
    "\u3164",
    "\u2800",
    "\U000e0041",
]


@pytest.mark.parametrize(
    "sign", [*_SPACES, *_UNSEEN, "\u200c", "\u200d", "\r\n", " \u00a0 "], ids=ascii
)
def test_what_is_a_space_or_cannot_be_seen_becomes_one_space(sign: str) -> None:
    assert plain_text(f"{sign}two{sign}words{sign}") == "two words"


@pytest.mark.parametrize(
    "text",
    [
        "👨\u200d👩\u200d👧",
        "🏳\ufe0f\u200d🌈",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "👍🏽",
        "می\u200cخواهم",
        "क्\u200dष",
        "ශ්\u200dරී",
        "Zoë’s café",
        "e\u0301",
    ],
)
def test_joiners_that_make_letters_and_emoji_stay(text: str) -> None:
    assert plain_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "😀\u200dmyself",
        "ｋ\u200dｌ",
        "𝐤\u200d𝐥",
        "д\u200dд",
        "😀\u200d",
        "\u200d😀",
        "🏴\U000e0067",
    ],
)
def test_joiners_with_no_work_to_do_become_a_space(text: str) -> None:
    assert not set(plain_text(text)) & set("\u200d\U000e0067")


def test_a_pin_holds_its_text_as_one_line() -> None:
    cell = h3.latlng_to_cell(52.48, -1.90, 10)
    sent = {
        "event": "DEMO",
        "key": "4b44a1a7-4d7d-4141-a90d-b7a9aa2e48a4",
        "contributor": "c" * 22,
        "cells": [cell],
        "setting": "public-realm",
        "feeling": "unsafe",
        "text": "\u3000I want to\u00a0kill\u2009myself\n",
    }
    assert read_pin(json.dumps(sent).encode()).text == "I want to kill myself"
    assert read_pin(json.dumps(sent | {"text": "\u200b \u3164"}).encode()).text is None
