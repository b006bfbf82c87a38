"""Times as people write them: `build/wall_clock.sql` against Python's reading, and at the end of
readable memory.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.warehouse.sql_files import run, sql

DAYS = ("%Y-%m-%d", "%d/%m/%Y")
CLOCKS = ("T%H:%M:%S.%f", "T%H:%M:%S", "T%H:%M", " %H:%M:%S.%f", " %H:%M:%S", " %H:%M", "")
FORMATS = [day + clock for day in DAYS for clock in CLOCKS]
TIMES = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31))

# One text that ends where the readable memory ends, given to the macro without a copy.
AT_THE_EDGE = """
import ctypes, mmap, sys
import duckdb, numpy as np, pyarrow as pa
text, page = sys.argv[2].encode(), mmap.PAGESIZE
area = mmap.mmap(-1, 2 * page)
start = ctypes.addressof(ctypes.c_char.from_buffer(area))
assert ctypes.CDLL(None).mprotect(ctypes.c_void_p(start + page), ctypes.c_size_t(page), 0) == 0
area[page - len(text) : page] = text
words = pa.foreign_buffer(start + page - len(text), len(text), base=area)
offsets = pa.py_buffer(np.array([0, len(text)], dtype=np.int32).tobytes())
con = duckdb.connect()
con.execute(sys.argv[1])
con.register("edge", pa.table({"written": pa.StringArray.from_buffers(1, offsets, words)}))
print(con.table("edge").project(sys.argv[3]).fetchone()[0])
"""


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    run(con, "build/wall_clock")
    return con


def read(con: duckdb.DuckDBPyConnection, text: str) -> datetime | None:
    row = con.execute("SELECT wall_clock(?)", [text]).fetchone()
    assert row is not None
    return row[0]


@given(at=TIMES, form=st.sampled_from(FORMATS))
def test_every_form_reads_back(con: duckdb.DuckDBPyConnection, at: datetime, form: str) -> None:
    text = at.strftime(form)
    assert read(con, text) == datetime.strptime(text, form)


@given(at=TIMES, zeros=st.booleans(), spaces=st.integers(1, 3))
def test_nobody_has_to_fill_in_zeros(
    con: duckdb.DuckDBPyConnection, at: datetime, zeros: bool, spaces: int
) -> None:
    day = f"{at.day:02}/{at.month:02}" if zeros else f"{at.day}/{at.month}"
    text = f"{day}/{at.year}{' ' * spaces}{at.hour}:{at.minute:02}"
    assert read(con, text) == at.replace(second=0, microsecond=0)


@given(st.text(st.sampled_from("0123456789-/:T .+Z"), max_size=24))
def test_what_it_reads_is_a_time_to_python_too(con: duckdb.DuckDBPyConnection, text: str) -> None:
    got = read(con, text)
    if got is None:
        return
    head, dot, fraction = " ".join(text.split()).partition(".")
    written = f"{head}.{fraction[:6]}" if dot else head
    assert got in {_by_python(written, form) for form in FORMATS}


def _by_python(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2023-02-30",
        "31/02/2023",
        "13/13/2023",
        "23-01-01",
        "1/2/23",
        "2023-01-05T24:00",
        "2023-01-05T12:60",
        "2023-01-05T12",
        "2023-01-05T12:30Z",
        "2023-01-05T12:30+01:00",
        "epoch",
        "infinity",
        "2023-01",
        "2023/01/05",
        "2023-01-05 BC",
    ],
)
def test_what_is_no_time(con: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(con, text) is None


def test_none_stays_none(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute("SELECT wall_clock(NULL)").fetchone() == (None,)


def at_the_edge(text: str, expression: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", AT_THE_EDGE, sql("build/wall_clock"), text, expression]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="how memory is taken away differs elsewhere")
@pytest.mark.parametrize(
    "text", ["2023-01-05T12:30", "05/01/2023 12:30", "2023-01-05", "2023-01-05T12:30:15"]
)
def test_no_character_after_the_text_is_read(text: str) -> None:
    done = at_the_edge(text, "wall_clock(written)::VARCHAR")
    assert (done.returncode, done.stdout[:10]) == (0, "2023-01-05"), done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="how memory is taken away differs elsewhere")
def test_the_edge_is_sharp() -> None:
    """What the rule against strptime is for. Where this fails, a newer DuckDB has mended it."""
    done = at_the_edge("2023-01-05T12:30", "try_strptime(written, '%Y-%m-%dT%H:%M:%S')")
    assert done.returncode == -signal.SIGSEGV
