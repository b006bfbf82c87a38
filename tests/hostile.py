"""Names that would be code to a template, a script, a browser, Markdown or a spreadsheet; and a
store full of them.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from unittest import mock

from tests.made_up import loaded, make_boundaries, row
from tests.phones import WALL_CELLS, pin
from vrp_map.config import Settings
from vrp_map.records.engine.database import Records
from vrp_map.summit import event_store
from vrp_map.summit.event_store import State, change_state, create_event, event_by_code
from vrp_map.summit.follow_up.store import Reply, keep_reply
from vrp_map.summit.pins.pin import read_pin
from vrp_map.summit.pins.store import keep_pin

IMAGE = "<img src=x onerror=document.title='ran'>"
NAMES = (
    f"</script>{IMAGE}",
    f"\"'>{IMAGE}",
    "{{7*7}}",
    "{% x %}",
    "${alert(1)}",
    "$event",
    "**bold**",
    "[a](http://x.example)",
    "$x$",
    ":red[x]",
    "`x`",
    "{n}<svg onload=document.title='ran'>",
    "&lt;b&gt;&#60;u>",
)
# In one name, what any of its readers could fall for.
ALL = (
    f"</title></style></script>{IMAGE}{{{{7*7}}}}{{% x %}}${{7*7}} **bold** [a](http://x.example)"
    " $x$ :red[x] `x` \"'"
)
EVENT = f"</title></script>{IMAGE}{{{{7*7}}}}${{7*7}} **bold** [a](http://x) $x$ :red[x]"
UNSEEN = "\u202e"
LIVE, OVER = "LIVE", "OVER"


def hostile_store(folder: Path) -> Settings:
    """A built snapshot whose places, areas, publisher and files all have such names; one row has
    such a category.
    """
    boundaries = make_boundaries(folder / "made-up-boundaries")
    for file in boundaries.glob("*.geojson"):
        layer = json.loads(file.read_text())
        for number, feature in enumerate(layer["features"]):
            feature["properties"]["name"] = f"{file.stem} {number} {ALL}{UNSEEN}"
        file.write_text(json.dumps(layer))
    rows = [
        row(
            month=f"{2023 + m // 12}-{m % 12 + 1:02d}",
            location=f"On or near {UNSEEN}{name}",
            reported_by=ALL,
            longitude=f"{-1.95 + i * 0.008:.6f}",
            crime_type="Violence and sexual offences",
        )
        for m in range(14)
        for i, name in enumerate(NAMES)
        for _ in range(12 if i < 2 else 2)
    ]
    ledger, ws = loaded(folder, [*rows, row(crime_type=ALL), row(month=ALL)])
    assert ledger.rows_accepted == len(rows)
    return ws.settings


def hostile_records(folder: Path, *, day: date) -> Path:
    """Records of an open event and of one that is over and answered, each with such a name, place
    and themes.
    """
    now = datetime.combine(day, datetime.min.time())
    records = Records(folder)
    for code in (LIVE, OVER):
        # As one was kept before words were cleaned.
        with mock.patch.object(event_store, "plain_text", str):
            create_event(
                records,
                name=f"{code} {EVENT}{UNSEEN}",
                place=f"{EVENT}{UNSEEN}",
                starts_on=day,
                ends_on=day + timedelta(days=1),
                code=code,
                themes=[f"{EVENT}{UNSEEN}"],
                now=now,
                free_text=True,
            )
        event = event_by_code(records, code)
        assert event is not None
        for phone in range(31):
            # Twelve in one hexagon, as many in the next, and the rest where and about what nobody
            # else spoke of.
            more = {"setting": "neighbourhood", "reasons": ["hidden"]} if phone > 23 else {}
            cell = WALL_CELLS[min(phone // 12, 2)]
            sent = pin(phone, event=code, wall_cell=cell, text=f"{phone} {ALL}"[:200], **more)
            keep_pin(
                records, event, read_pin(json.dumps(sent).encode()), now=now, most_each=30
            ).result()
    change_state(records, event, State.CLOSED, now=now).result()
    keep_reply(
        records,
        event,
        Reply(WALL_CELLS[0], "done", ALL + UNSEEN, ALL[:80] + UNSEEN, day),
        who="demo",
        now=now,
    ).result()
    records.close()
    return folder
