"""What was read of the files that make a base map, on disk, until its tiles are made."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from vrp_map.places.basemap.features import MapFeatures

_SCHEMA = pa.schema([("kind", pa.string()), ("name", pa.string()), ("geometry", pa.binary())])


@dataclass
class LayerStore:
    """One parquet file for each layer of the tiles, and one of what has a name."""

    folder: Path
    many: dict[str, int] = field(default_factory=dict)
    _open: dict[str, pq.ParquetWriter] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: TracebackType | None) -> None:
        for writer in self._open.values():
            writer.close()

    def file(self, layer: str) -> Path:
        """Where a layer lies."""
        return self.folder / f"{layer}.parquet"

    def add(self, features: MapFeatures) -> None:
        """Keep features, each in its layer, and those with a name among the names too."""
        drawn = features.divided()
        for layer in dict.fromkeys(drawn.layer.tolist()):
            if layer:
                self._write(layer, drawn, drawn.layer == layer)
        self._write("names", features, (features.name != "") & (features.kind != ""))

    def _write(self, layer: str, features: MapFeatures, member: np.ndarray) -> None:
        if not member.any():
            return
        if layer not in self._open:
            self._open[layer] = pq.ParquetWriter(self.file(layer), _SCHEMA, compression="zstd")
        columns = [
            pa.array(features.kind[member].tolist(), pa.string()),
            pa.array(features.name[member].tolist(), pa.string()),
            pa.array(shapely.to_wkb(features.geometry[member]).tolist(), pa.binary()),
        ]
        self._open[layer].write_table(pa.Table.from_arrays(columns, schema=_SCHEMA))
        self.many[layer] = self.many.get(layer, 0) + int(member.sum())
