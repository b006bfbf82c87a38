"""A snapshot of another version is refused in words, with a remedy that works."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tests.made_up import row, settings_in, write
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.warehouse.ingest.build import build
from vrp_map.warehouse.snapshots import SCHEMA_VERSION, current
from vrp_map.warehouse.sql_files import sql
from vrp_map.workspace import open_workspace

# Version -> digest of schema.sql without comments and spacing.
SCHEMAS = {1: "a788d6dd30673a0f", 2: "e994ac9f58907163", 3: "393a1f6e045a3b0c"}


def test_a_change_of_the_tables_raises_the_version() -> None:
    text = " ".join(re.sub(r"--.*", "", sql("schema")).split())
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    assert SCHEMAS.get(SCHEMA_VERSION) == digest, (
        "schema.sql has changed: raise SCHEMA_VERSION in warehouse/snapshots.py and add the digest"
        " here"
    )


def store_of_version(folder: Path, version: int) -> Settings:
    settings = settings_in(folder)
    build([write(folder / "a.csv", [row()])], settings=settings)
    path = current(settings.store)
    assert path
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE meta_snapshot SET schema_version = ?", [version])
    return settings


def opened(settings: Settings, folder: Path) -> None:
    open_workspace(settings=settings)


def built_again(settings: Settings, folder: Path) -> None:
    build([write(folder / "b.csv", [row(month="2024-02")])], settings=settings)


@pytest.mark.parametrize("act", [opened, built_again])
def test_an_older_snapshot_says_how_to_build_again(
    act: Callable[[Settings, Path], None], tmp_path: Path
) -> None:
    settings = store_of_version(tmp_path, 0)
    with pytest.raises(UserError, match="built by an older version of vrp-map") as refused:
        act(settings, tmp_path)
    assert f"Keep {settings.store} as it is and give another --store" in refused.value.hint
    assert "`vrp-map build` there on all your files, or `vrp-map demo`" in refused.value.hint
    elsewhere = replace(settings, store=tmp_path / "elsewhere")
    built_again(elsewhere, tmp_path)
    assert open_workspace(settings=elsewhere).quality().read == 1


@pytest.mark.parametrize("act", [opened, built_again])
def test_a_newer_snapshot_says_so(act: Callable[[Settings, Path], None], tmp_path: Path) -> None:
    settings = store_of_version(tmp_path, SCHEMA_VERSION + 1)
    with pytest.raises(UserError, match="built by a newer version of vrp-map"):
        act(settings, tmp_path)


@pytest.mark.parametrize("version", [1, 2])
def test_an_earlier_snapshot_opens_and_is_built_upon(version: int, tmp_path: Path) -> None:
    settings = store_of_version(tmp_path, version)
    path = current(settings.store)
    assert path
    with duckdb.connect(str(path)) as con:
        con.execute("ALTER TABLE agg_place_month ADD COLUMN key UBIGINT")
        if version == 1:
            con.execute("DROP TABLE meta_warning")
    assert open_workspace(settings=settings).quality().warnings.empty
    built_again(settings, tmp_path)
    assert open_workspace(settings=settings).quality().read == 2
