"""What a file tells as a whole: dates month before day, times all at midnight, ids that are no
identity, coarse nets.

Each of its rows alone looks well. A file that would put rows into wrong months is refused; of the
rest the ledger warns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa

from vrp_map.errors import FileRefused
from vrp_map.warehouse.ingest.coordinates import placed
from vrp_map.warehouse.ingest.files.rows import SCHEMA
from vrp_map.warehouse.ingest.missing_values import emptied
from vrp_map.warehouse.ingest.suppliers import BY_ROW, Format, Supplier

# Half as many decimals as the other way round is a slip of the pen; more is another way of writing
# dates.
_SLIPS = 0.01
_FEWEST_TO_SUSPECT = 4
# An id on this many different rows of one extract names no incident. Publishers' own ids do name
# one: data.police.uk has the same on up to four points in a month (City of London, 2024), so for
# them it takes more.
_ROWS_OF_ONE_ID = 3
_ROWS_OF_A_PUBLISHED_ID = 10
_NO_ID = frozenset(
    {
        "0",
        "00",
        "000",
        "unknown",
        "not known",
        "not recorded",
        "not available",
        "n/k",
        "nk",
        "tbc",
        "test",
    }
)
_IN_POWERS = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_SLASHED = r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?!\d)"
_EXACT_M = 25.0
_EMPTIED = b"emptied"
UNDERSTOOD = SCHEMA.append(pa.field("net", pa.float64())).append(pa.field("two_places", pa.bool_()))
_LOOKED_AT = ["id", "month", "from", "x", "y", "category", "net"]
# In a file of exact points so many may end in zeros by chance.
_COARSE_BY_CHANCE = 0.05
_FEWEST_COARSE = 3


@dataclass(frozen=True)
class Oddity:
    """Something odd about a file that was taken, in sentences without numbers, and how many rows it
    is about.
    """

    problem: str
    remedy: str
    n: int | None = None


@dataclass
class FileFacts:
    """What was found about a file.

    Attributes:
        only_midnight: its times are days: every one of them is midnight.
        is_coarse: places given to few digits are no coincidence here.
        no_ids: texts in the column of ids that name no incident.
        warnings: what people must know of it.
    """

    only_midnight: bool = False
    is_coarse: bool = False
    no_ids: frozenset[str] = frozenset()
    warnings: list[Oddity] = field(default_factory=list)

    def warn(self, problem: str, remedy: str, n: int | None = None) -> None:
        self.warnings.append(Oddity(problem, remedy, n))


def understood(
    batches: Iterable[pa.RecordBatch], layout: Format, supplier: Supplier
) -> Iterator[pa.RecordBatch]:
    """Batches of `rows.SCHEMA` with words for nothing emptied and each row's place found; metadata:
    words emptied.
    """
    for batch in batches:
        cleaned, empty = emptied(batch)
        placed_rows = placed(cleaned, layout, supplier)
        yield placed_rows.replace_schema_metadata({_EMPTIED: str(empty)})


def survey(
    name: str, batches: Iterable[pa.RecordBatch], supplier: Supplier, *, now: datetime
) -> FileFacts:
    """Look at all rows of a file (`understood`) at once.

    Raises:
        FileRefused: its dates are month before day, or some one way and some the other.
    """
    facts, empty, parts = FileFacts(), 0, []
    for batch in batches:
        empty += int((batch.schema.metadata or {}).get(_EMPTIED, b"0"))
        parts.append(batch.select(_LOOKED_AT).replace_schema_metadata(None))
    if not parts:
        return facts
    table = pa.Table.from_batches(parts)
    if empty:
        facts.warn(
            "Values such as NA or NULL were read as empty.",
            "If that is right, you need do nothing.",
            empty,
        )
    _look_at_ids(
        table, facts, most=_ROWS_OF_ONE_ID if supplier.grade == BY_ROW else _ROWS_OF_A_PUBLISHED_ID
    )
    if supplier.grade == BY_ROW:
        _look_at_dates(name, table, facts, now)
        _look_at_places(table, facts)
    return facts


# -- ids


def _look_at_ids(table: pa.Table, facts: FileFacts, *, most: int) -> None:
    ids = table["id"].combine_chunks()
    if ids.null_count == len(ids):
        return
    counted = ids.value_counts()
    words, many = counted.field("values").to_pylist(), counted.field("counts").to_numpy()
    spoilt = {word for word in words if word and len(word) < 16 and _IN_POWERS.fullmatch(word)}
    placeholders = {
        w for w, n in zip(words, many, strict=True) if w and n > 1 and w.lower() in _NO_ID
    }
    often = [
        w
        for w, n in zip(words, many, strict=True)
        if w and n >= most and w not in spoilt | placeholders
    ]
    shared = set(_on_different_rows(table, often, most=most)) if often else set()
    facts.no_ids = frozenset(spoilt | placeholders | shared)
    rows = {
        kind: _rows_with(words, many, found)
        for kind, found in (("spoilt", spoilt), ("other", placeholders | shared))
    }
    if spoilt:
        facts.warn(
            "Incident numbers are cut short, as spreadsheets do with long ones (2.02E+11). They"
            " do not identify incidents, so an incident that comes twice is counted twice.",
            "Export the file again with the numbers as text.",
            rows["spoilt"],
        )
    if placeholders or shared:
        facts.warn(
            "Rows of different times, places or kinds share incident numbers. The numbers do not"
            " identify incidents, so each row was counted.",
            "Give every incident a number of its own, or leave the number empty.",
            rows["other"],
        )


def _rows_with(words: list[str], many: np.ndarray, wanted: set[str]) -> int:
    return sum(int(n) for word, n in zip(words, many, strict=True) if word in wanted)


def _on_different_rows(table: pa.Table, ids: list[str], *, most: int) -> list[str]:
    """Those of the ids that stand on several rows that differ in when, where or what."""
    frame = table.select(["id", "month", "from", "x", "y", "category"]).to_pandas()
    frame = frame[frame["id"].isin(ids)].drop_duplicates()
    return [str(word) for word, n in frame["id"].value_counts().items() if n >= most]


# -- times


def _look_at_dates(name: str, table: pa.Table, facts: FileFacts, now: datetime) -> None:
    written = table["from"].to_pandas().fillna("").astype(str)
    _refuse_month_first(name, written, facts, now)
    clock = written.str.extract(r"[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2}))?", expand=True)
    timed = clock[clock[0].notna()].fillna("0").astype(int)
    if len(timed) > 1 and (timed == 0).all(axis=None):
        facts.only_midnight = True
        facts.warn(
            "Every time is midnight, so the times are days: no incident counts as timed to the"
            " hour.",
            "Export it with the hour, if the hour is known.",
        )


def _refuse_month_first(name: str, written: pd.Series, facts: FileFacts, now: datetime) -> None:
    parts = written.str.extract(_SLASHED, expand=True).dropna().astype(int)
    if parts.empty:
        return
    first, second = parts[0].to_numpy(), parts[1].to_numpy()
    year = np.where(parts[2] < 100, parts[2] + 2000, parts[2])
    day_first, month_first = (
        int(((first > 12) & (second <= 12)).sum()),
        int(((second > 12) & (first <= 12)).sum()),
    )
    if month_first and day_first <= _SLIPS * month_first:
        raise FileRefused(
            name,
            f"its dates are written month before day, as in America: {month_first:,} of them can be"
            " nothing else.",
            hint="Save it with dates as 2024-03-14, or day before month.",
        )
    if month_first and month_first > max(_SLIPS * day_first, 1):
        raise FileRefused(
            name,
            f"{day_first:,} of its dates are day before month and {month_first:,} month before day,"
            " so the other dates are ambiguous.",
            hint="Save it with dates as 2024-03-14.",
        )
    if day_first or len(parts) < _FEWEST_TO_SUSPECT:
        return
    # No day is over 12, either way round. The right way is the one in which the dates lie together
    # and in the past.
    if _spread(year, second) > 2 * _spread(year, first) + 1 or _future(year, second, now) > _future(
        year, first, now
    ):
        facts.warn(
            "The dates may have the month before the day: read that way, they lie close"
            " together. They were read as day before month.",
            "Look at the months. If they are wrong, save it with dates as 2024-03-14 and build it"
            " in a new store.",
        )


def _spread(year: np.ndarray, month: np.ndarray) -> int:
    months = year * 12 + month
    return int(months.max() - months.min())


def _future(year: np.ndarray, month: np.ndarray, now: datetime) -> int:
    return int((year * 12 + month > now.year * 12 + now.month).sum())


def kind_of_time(written: str) -> str:
    """What a time that cannot be read looks like, in words that hold nothing of it."""
    kinds = {
        r"[A-Za-z]{3,9}[- ]\d{2,4}": "a month as a spreadsheet writes it, like Mar-24",
        r"\d{4}/\d{1,2}|\d{1,2}[/-]\d{4}": "a month that should be written like 2024-03",
        r"\d{6}|\d{8}(\d{4}|\d{6})?": "digits with nothing between year, month and day",
        r"\d{4}/\d{1,2}/\d{1,2}(\D.*)?": "a year before slashes, like 2024/03/14",
        r"\d{1,2}-\d{1,2}-\d{4}(\D.*)?": "a date with hyphens and the year last, like 14-03-2024",
        r"\d{5}(\.\d+)?": "a spreadsheet's number of days, like 45000",
        r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}(\D.*)?": "a year of two digits, like 14/03/24",
        r".*\d\s*[AaPp]\.?[Mm]\.?": "a clock of twelve hours, like 9:05 PM",
        r"\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}.*": "a month in letters, like 14 Mar 2024",
        r"\d{1,2}\.\d{1,2}\.\d{4}.*": "a date with full stops, like 14.03.2024",
    }
    return next(
        (words for form, words in kinds.items() if re.fullmatch(form, written.strip())),
        "another form",
    )


# -- places


def _look_at_places(table: pa.Table, facts: FileFacts) -> None:
    frame = table.select(["x", "y", "net"]).to_pandas()
    metres = frame["net"].to_numpy(dtype=float)
    located = np.isfinite(metres)
    if not located.any():
        return
    coarse = metres[located] > _EXACT_M
    if coarse.mean() <= _COARSE_BY_CHANCE or (coarse.sum() < _FEWEST_COARSE and not coarse.all()):
        return
    facts.is_coarse = True
    metre = float(np.median(metres[located][coarse]))
    facts.warn(
        f"Places are given to about {_rounded(metre)} only: their points lie on a grid, so they"
        " are graded as coarse.",
        "Export the coordinates with all their digits (five decimals of a degree, or whole"
        " metres).",
        int(coarse.sum()),
    )


def _rounded(metres: float) -> str:
    return f"{metres / 1000:,.0f} km" if metres >= 1000 else f"{metres:,.0f} m"
