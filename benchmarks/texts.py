"""A hundred made-up texts, mild and clearly synthetic, and an event that holds them. Nobody wrote them."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path
from uuid import UUID

from vrp_map.pins import Pin
from vrp_map.records.database import Records
from vrp_map.records.events import create_event
from vrp_map.records.pins import keep_pin

_PLACES = ("by the made-up steps", "at Sample Square", "near the pretend bus stop", "under the example bridge")
_SAID = (
    "It is dark {} after six", "Nobody is around {} in the evening", "I like it {}, staff are friendly",
    "The light {} has been broken for weeks", "People shout {} at night", "More buses {} would help",
)  # fmt: skip
_FLAGGED = (
    "Ring me about the light {}: 07700 900 123", "Synthetic: write to robin@example.org about it {}",
    "Somebody called Robin Sample was shouting {}", "Two people had knives {} last week, synthetic text",
    "Post code is B99 9ZZ, {}", "Snap: sample.kestrel knows more about it {}",
)  # fmt: skip
_DISCLOSED = "Synthetic: somebody hits me {} and I am scared to go home"


def made_up_texts(n: int, *, seed: int = 4) -> list[str]:
    """Texts of which a fifth has a personal detail or a word of harm, and every 25th discloses harm."""
    chance = random.Random(seed)
    found = []
    for number in range(n):
        words = _DISCLOSED if number % 25 == 24 else chance.choice(_FLAGGED if number % 5 == 0 else _SAID)
        found.append(words.format(chance.choice(_PLACES)) + f" ({number})")
    return found


def event_with_texts(folder: Path, texts: list[str], *, cell: str, now: datetime, code: str = "TALK") -> None:
    """An event with free text and one pin for each text, in the records of a folder."""
    records = Records(folder)
    day = now.date()
    event = create_event(
        records, name="Synthetic summit", place="Made-up hall", starts_on=day, ends_on=day, now=now, code=code,
        free_text=True,
    )  # fmt: skip
    kept = [
        keep_pin(
            records,
            event,
            Pin(code, UUID(int=number + 1), f"{number:022}", (cell,), "public-realm", "unsafe", text=text),
            now=now,
            most_each=5,
        )
        for number, text in enumerate(texts)
    ]
    for one in kept:
        one.result()
    records.close()
