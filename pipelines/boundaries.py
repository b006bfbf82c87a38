"""Build the boundary layers that travel with the package: `python -m pipelines.boundaries
SOURCE_FOLDER`.

One coverage of small areas is simplified once; the wider layers are dissolved from it, so they all
nest exactly. What is built from what is in a recipe (`west_midlands_boundaries.toml`).
"""

from __future__ import annotations

import argparse
import logging
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from vrp_map.config import nearest
from vrp_map.errors import BuildFailed, FileRefused, VrpError
from vrp_map.vocabulary import BRITISH_NATIONAL_GRID, WGS84, AreaType
from vrp_map.warehouse.boundaries.catalog import Layer, entry_of, write_areas, write_catalog
from vrp_map.warehouse.boundaries.files import read_boundary_file

_LOG = logging.getLogger(__name__)
RECIPE = Path(__file__).with_name("west_midlands_boundaries.toml")
MENDED_GAP_M = 1.0  # wider gaps between areas are real, or a fault that a person must look at
MENDED_SHARE = 0.01
DECIMALS = 6  # about 0.1 m; the sources carry no more
HEADING = (
    "Built by `python -m pipelines.boundaries`; do not edit. What each layer is, whose it is and"
    " when it holds."
)
_TEXTS = (
    "id",
    "name",
    "valid_from",
    "basis",
    "basis_note",
    "vintage",
    "source",
    "licence",
    "attribution",
    "population_source",
)


def build(sources: Path, *, out: Path, recipe: Path = RECIPE) -> list[Layer]:
    """Build every layer of a recipe into a folder.

    Args:
        sources: folder that the recipe's file names are relative to.
        out: folder that receives one GeoJSON file a layer, and SOURCES.toml last.
        recipe: TOML file.

    Raises:
        FileRefused: the recipe or a source file cannot be used, naming it.
        BuildFailed: the result would overlap or leave gaps; nothing is written.
    """
    try:
        plan = tomllib.loads(recipe.read_text(encoding="utf-8"))
        layers = _layers(plan, sources)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileRefused(
            str(recipe), f"the recipe cannot be read ({error}).", hint="Mend or restore it."
        ) from error
    except KeyError as error:
        hint = f"Compare it with {RECIPE.name}, and its column names with the tables."
        raise FileRefused(
            str(recipe), f"the recipe lacks {error}, or no table has it.", hint=hint
        ) from error
    for layer in layers:
        write_areas(out / f"{layer.id}.geojson", layer.areas)
    write_catalog(
        out, [entry_of(layer, file=f"{layer.id}.geojson") for layer in layers], heading=HEADING
    )
    return layers


def _layers(plan: Mapping[str, Any], sources: Path) -> list[Layer]:
    table = _table(sources, plan)
    topology = plan["topology"]
    base = _coverage(
        sources / topology["file"],
        code=topology["code"],
        name=topology["name"],
        tolerance=topology["tolerance_m"],
    )
    base = base.merge(table, left_on="code", right_index=True, how="left", validate="1:1")
    if base["people"].isna().any():
        first = base.loc[base["people"].isna(), "code"].iloc[0]
        raise FileRefused(
            plan["population"]["file"],
            f"there is no number for {first}.",
            hint="Use tables of the same areas.",
        )
    return [
        _layer(plan["defaults"] | entry, base, sources, topology["tolerance_m"])
        for entry in plan["layer"]
    ]


def _table(sources: Path, plan: Mapping[str, Any]) -> pd.DataFrame:
    """Lookups and population side by side, one row a small area, indexed by its code."""
    population = plan["population"]
    people = _read_csv(sources, population["file"], population["key"])
    people = people[[population["value"]]].rename(columns={population["value"]: "people"})
    table: pd.DataFrame = people.apply(pd.to_numeric, errors="coerce").astype("Int64")
    for lookup in plan["lookup"]:
        more = _read_csv(sources, lookup["file"], lookup["key"])
        table = table.join(
            more[[column for column in more.columns if column not in table.columns]], how="left"
        )
    return table


def _read_csv(sources: Path, name: str, key: str) -> pd.DataFrame:
    try:
        frame = pd.read_csv(sources / name, dtype=str)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise FileRefused(
            name, "cannot be read as CSV.", hint=f"It should be in {sources}."
        ) from error
    if key not in frame.columns:
        raise FileRefused(name, f"there is no column {key}.", hint=nearest(key, frame.columns))
    if frame[key].duplicated().any():
        raise FileRefused(
            name, f"{key} {frame.loc[frame[key].duplicated(), key].iloc[0]} is there twice."
        )
    return frame.set_index(key)


def _layer(
    entry: Mapping[str, Any], base: gpd.GeoDataFrame, sources: Path, tolerance: float
) -> Layer:
    if "file" in entry:
        shapes = _coverage(
            sources / entry["file"],
            code=entry["code"],
            name=entry["name_field"],
            tolerance=tolerance,
        )
        people = base.groupby(entry["group_code"])["people"].sum()
        shapes["population"] = shapes["code"].map(people).astype("Int64")
    else:
        shapes = _dissolved(entry, base)
    areas = gpd.GeoDataFrame(
        shapes[["code", "name", "population"]], geometry=shapes.geometry.to_numpy(), crs=WGS84
    )
    areas = areas.sort_values("code", ignore_index=True)
    _check(areas, entry["id"])
    return Layer(
        **{key: entry[key] for key in _TEXTS},
        type=AreaType(entry["type"]),
        valid_to=entry.get("valid_to"),
        tolerance_m=tolerance,
        areas=areas,
    )


def _dissolved(entry: Mapping[str, Any], base: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The base areas joined by the recipe's columns; the base areas themselves when it
    names none.
    """
    if "one_code" in entry:
        code, name = np.full(len(base), entry["one_code"]), np.full(len(base), entry["one_name"])
    elif "group_name" in entry:
        name = base[entry["group_name"]].to_numpy()
        if pd.isna(name).any():
            first = base["code"].to_numpy()[pd.isna(name)][0]
            hint = "Use lookups of the same areas as the boundary file."
            raise FileRefused(entry["group_name"], f"no lookup has a value for {first}.", hint=hint)
        prefix = entry.get("code_prefix")
        code = (
            base[entry["group_code"]].to_numpy()
            if prefix is None
            else np.array([prefix + slug(text) for text in name])
        )
    else:
        return base.rename(columns={"people": "population"})
    rows = [
        {
            "code": key,
            "name": name[group][0],
            "population": base["people"].to_numpy()[group].sum(),
            "geometry": _joined(base, group),
        }
        for key, group in ((key, np.flatnonzero(code == key)) for key in sorted(set(code)))
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=WGS84)


def _joined(base: gpd.GeoDataFrame, rows: np.ndarray) -> shapely.Geometry:
    return shapely.normalize(shapely.coverage_union_all(base.geometry.to_numpy()[rows]))


def _coverage(path: Path, *, code: str, name: str, tolerance: float) -> gpd.GeoDataFrame:
    """A boundary file simplified as one coverage; columns code, name, geometry (EPSG:4326).

    Simplified in metres; rounded afterwards, vertex by vertex, so that neighbours keep the same
    edge.
    """
    areas, notes = read_boundary_file(path, name_field=name, code_field=code)
    for note in notes:
        _LOG.warning("%s: %s", path.name, note)
    metric = _edges_shared(path, areas.to_crs(BRITISH_NATIONAL_GRID).geometry.to_numpy())
    simple = gpd.GeoSeries(
        shapely.coverage_simplify(metric, tolerance), crs=BRITISH_NATIONAL_GRID
    ).to_crs(WGS84)
    rounded = shapely.transform(simple.to_numpy(), lambda xy: np.round(xy, DECIMALS))
    if not (shapely.is_valid(rounded).all() and shapely.coverage_is_valid(rounded)):
        raise BuildFailed(
            f"{path.name}: simplified and rounded, its areas overlap or have a broken ring."
        )
    return gpd.GeoDataFrame(areas[["code", "name"]], geometry=shapely.normalize(rounded), crs=WGS84)


def _edges_shared(path: Path, metric: np.ndarray) -> np.ndarray:
    """The shapes with every common edge the same on both sides: slivers are given to the longest
    neighbour.
    """
    if shapely.coverage_is_valid(metric, gap_width=MENDED_GAP_M):
        return metric
    if not hasattr(shapely, "coverage_clean"):
        raise FileRefused(
            path.name,
            "neighbouring areas do not share their edges.",
            hint="Install shapely 2.2 or later.",
        )
    mended = shapely.coverage_clean(metric, gap_width=MENDED_GAP_M, snapping_distance=MENDED_GAP_M)
    moved = np.abs(shapely.area(mended) / shapely.area(metric) - 1).max()
    if not shapely.coverage_is_valid(mended, gap_width=MENDED_GAP_M) or moved > MENDED_SHARE:
        problem = "neighbouring areas overlap or gap by more than slivers."
        raise FileRefused(
            path.name, problem, hint="Use the publisher's own file, neither clipped nor simplified."
        )
    _LOG.warning(
        "%s: slivers between neighbours mended; no area changed by more than %.3f%%",
        path.name,
        moved * 100,
    )
    return np.asarray(mended)


def _check(areas: gpd.GeoDataFrame, layer: str) -> None:
    shapes = areas.geometry.to_numpy()
    if not (shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes)):
        raise BuildFailed(f"The layer {layer} overlaps or has a broken ring after simplification.")
    if (
        areas["population"].isna().any()
        or areas["name"].isna().any()
        or areas["code"].duplicated().any()
    ):
        raise BuildFailed(
            f"The layer {layer} has an area without name or population, or a code twice."
        )


def slug(text: str) -> str:
    """A name as a code: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def main(arguments: list[str] | None = None) -> int:
    """The command line; 0 = built."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.boundaries", description=__doc__)
    parser.add_argument("sources", type=Path, metavar="SOURCE_FOLDER")
    parser.add_argument("--out", type=Path, default=Path("boundaries"))
    parser.add_argument("--recipe", type=Path, default=RECIPE)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        layers = build(options.sources, out=options.out, recipe=options.recipe)
    except VrpError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    for layer in layers:
        size = (options.out / f"{layer.id}.geojson").stat().st_size
        people = layer.areas["population"].sum()
        sys.stdout.write(
            f"{layer.id:<10} {len(layer.areas):>5} areas {people:>10,} residents {size:>10,}"
            " bytes\n"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
