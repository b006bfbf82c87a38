"""Files put together: a second header, and whether its columns stand in the order of the first.

Columns in another order would be read as the first header names them: northings as eastings, and no
rule for a row alone would see it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from vrp_map.errors import FileRefused
from vrp_map.warehouse.ingest.files.headers import fold
from vrp_map.warehouse.ingest.files.inputs import Input, Scan
from vrp_map.warehouse.ingest.suppliers import Format

# Of the cells that are read, the share that must be column names in a header.
_HEADER = 0.5


def in_one_order(
    batches: Iterator[pa.RecordBatch], source: Input, found: Scan, layout: Format
) -> Iterator[pa.RecordBatch]:
    """Pass on the batches of a file.

    Raises:
        FileRefused: a later header has the columns in another order.
    """
    own = {
        field: fold(column) for field, column in layout.columns.items() if column in found.header
    }
    names = {fold(name) for name in found.header if name}
    spelled = pa.array(
        sorted({n for name in found.header for n in (name.strip().lower(), fold(name))})
    )
    time = next(field for field in ("month", "from", *own) if field in own)
    for batch in batches:
        words = pc.utf8_lower(pc.utf8_trim_whitespace(batch.column(time)))
        for at in pc.indices_nonzero(pc.is_in(words, value_set=spelled)).to_pylist():
            cells = {field: fold(batch.column(field)[at].as_py() or "") for field in own}
            named = [field for field, cell in cells.items() if cell in names]
            if len(named) < _HEADER * len(own):
                continue
            if any(cells[field] != own[field] for field in named):
                raise _refused(source, batch.column("line")[at].as_py())
        yield batch


def _refused(source: Input, line: int) -> FileRefused:
    return FileRefused(
        source.name,
        f"line {line:,} is a second header, with the columns in another order than the first.",
        hint="Two files were put together. Load them one by one.",
    )
