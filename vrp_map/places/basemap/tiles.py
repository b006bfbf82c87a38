"""Makes the tiles: GDAL cuts and simplifies each layer by itself, and here the layers of a tile are
put together.

A vector tile is a row of layers one after the other, so tiles of different layers are joined by
joining their bytes.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import shapely

from vrp_map.places.basemap.classes import FINEST, LAYERS, MOST_BYTES, NAME_LAYERS, ROADS
from vrp_map.places.basemap.layer_store import LayerStore
from vrp_map.places.basemap.pmtiles import TileFile, write
from vrp_map.places.basemap.sources import MERCATOR, Report
from vrp_map.vocabulary import WGS84

_BATCH = 20_000
# Layers that are drawn from before this zoom on are few lines, and long ones.
_FAR = 11


def write_tiles(  # noqa: PLR0913 - the parts of one file, by keyword
    file: Path,
    staging: LayerStore,
    names: pd.DataFrame,
    *,
    bounds: Sequence[float],
    metadata: Mapping[str, Any],
    report: Report,
) -> int:
    """Write the base map; how many tiles it has."""
    _stage_names(staging, names)
    made = []
    layers = [layer for layer in LAYERS if staging.file(layer).exists()]
    for done, layer in enumerate(layers):
        report(done, len(layers), f"tiles: {layer.replace('_', ' ')}")
        made.append(_cut(staging, layer))
    first = min(LAYERS[layer].first for layer in layers)
    held = [
        {"id": layer, "fields": _fields(layer), "minzoom": LAYERS[layer].first, "maxzoom": FINEST}
        for layer in layers
    ]
    metadata = {**metadata, "vector_layers": held}
    return write(file, _joined(made), metadata=metadata, bounds=bounds, zooms=(first, FINEST))


def _stage_names(staging: LayerStore, names: pd.DataFrame) -> None:
    turn = pyproj.Transformer.from_crs(WGS84, MERCATOR, always_xy=True)
    for layer in dict.fromkeys(NAME_LAYERS.values()):
        chosen = names[names["kind"].map(NAME_LAYERS) == layer]
        if chosen.empty:
            continue
        x, y = turn.transform(chosen["lon"].to_numpy(), chosen["lat"].to_numpy())
        table = pa.table(
            {
                "n": chosen["name"].astype(str).tolist(),
                "k": chosen["kind"].astype(str).tolist(),
                "a": chosen["angle"].round().astype("int32").to_numpy(),
                "geometry": shapely.to_wkb(shapely.points(x, y)).tolist(),
            }
        )
        pq.write_table(table, staging.file(layer))


def _fields(layer: str) -> dict[str, str]:
    return {"n": "String", "k": "String", "a": "Number"} if LAYERS[layer].is_text else {}


def _cut(staging: LayerStore, layer: str) -> Path:
    """One layer as tiles, in a file of its own."""
    target = staging.folder / f"{layer}.pmtiles"
    is_text = LAYERS[layer].is_text
    columns = ["n", "k", "a", "geometry"] if is_text else ["geometry"]
    source = pq.ParquetFile(staging.file(layer))
    schema = pa.schema([source.schema_arrow.field(name) for name in columns])
    batches = source.iter_batches(batch_size=_BATCH, columns=columns)
    if LAYERS[layer].first < _FAR and layer in ROADS:
        batches = _merged(source, schema)
    try:
        pyogrio.write_arrow(
            pa.RecordBatchReader.from_batches(schema, batches),
            target,
            layer=layer,
            driver="PMTiles",
            geometry_name="geometry",
            geometry_type="Point" if is_text else "Unknown",
            crs=MERCATOR,
            MINZOOM=LAYERS[layer].first,
            MAXZOOM=FINEST,
            MAX_SIZE=LAYERS[layer].most_bytes,
            SIMPLIFICATION=2,
            SIMPLIFICATION_MAX_ZOOM=1,
            NAME=layer,
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise OSError("The tiles could not be written.") from error
    return target


def _merged(source: pq.ParquetFile, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Main roads from crossing to crossing in one line each: from afar a tile has room for few
    features, and GDAL leaves out those that are too many.
    """
    shapes = shapely.from_wkb(source.read(columns=["geometry"])["geometry"].to_numpy())
    lines = shapely.get_dimensions(shapes) == 1
    parts = shapely.get_parts(shapes[lines])
    whole = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts)))
    for part in (*np.array_split(whole, max(1, len(whole) // _BATCH)), shapes[~lines]):
        yield pa.record_batch([pa.array(shapely.to_wkb(part), schema.field(0).type)], schema=schema)


def _joined(files: Sequence[Path]) -> Iterator[tuple[int, bytes]]:
    """The tiles of all layers, in the order of their numbers."""
    layers = [TileFile(file).tiles() for file in files]
    for number, parts in groupby(merge(*layers, key=itemgetter(0)), key=itemgetter(0)):
        held = [gzip.decompress(data) for _, data in parts]
        while len(body := gzip.compress(b"".join(held), mtime=0)) > MOST_BYTES:
            held.pop(0)
        yield number, body
