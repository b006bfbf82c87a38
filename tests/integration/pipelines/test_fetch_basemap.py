"""The fetch of Ordnance Survey's open data, against a server that plays the OS Downloads API."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.fetch_basemap import fetch_basemap
from pipelines.polite import Limits
from tests.integration.archive_server import ArchiveServer, Play, archive_zip
from vrp_map.errors import UserError

ROADS = b"SQLite format 3\0" + bytes(range(256)) * 3_000
LIST = "/downloads/v1/products/OpenRoads/downloads?area=GB&format=GeoPackage"
FILE = "/store/oproad_gpkg_gb.zip"


def listed(server: ArchiveServer, body: bytes, **more: Any) -> None:
    """Put a product up as the API describes it."""
    entry = {
        "url": f"{server.url}{FILE}",
        "fileName": "oproad_gpkg_gb.zip",
        "size": len(body),
        "md5": hashlib.md5(body, usedforsecurity=False).hexdigest(),
        "area": "GB",
        "format": "GeoPackage",
    }
    server.files[LIST] = json.dumps([entry | more]).encode()
    server.files[FILE] = body


@pytest.fixture
def server() -> Iterator[ArchiveServer]:
    with ArchiveServer() as running:
        listed(running, archive_zip({"Data/oproad_gb.gpkg": ROADS, "licence.txt": b"OGL"}))
        yield running


def fetch(server: ArchiveServer, folder: Path, *, replace: bool = False) -> list[Path]:
    return fetch_basemap(
        folder=folder,
        products=["OpenRoads"],
        base_url=server.url,
        replace=replace,
        limits=Limits(pause_s=0, read_s=5, tries=2),
        sleep=lambda seconds: None,
    )


def test_the_geopackage_comes_unpacked_and_only_once(server: ArchiveServer, tmp_path: Path) -> None:
    (file,) = fetch(server, tmp_path)
    assert file.read_bytes() == ROADS
    assert {one.name for one in (tmp_path / ".fetch").iterdir()} <= {"lock"}
    asked = len(server.asked)
    assert fetch(server, tmp_path) == [file]
    assert len(server.asked) == asked


def test_a_broken_download_goes_on_where_it_stopped(server: ArchiveServer, tmp_path: Path) -> None:
    server.plays[FILE] = [Play(cut=1_000), Play(cut=1_000)]
    with pytest.raises(UserError, match="download stopped"):
        fetch(server, tmp_path)
    (file,) = fetch(server, tmp_path)
    assert file.read_bytes() == ROADS
    assert server.asked_for(FILE)[-1].headers["Range"] == "bytes=2000-"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"md5": "0" * 32}, "does not match the digest"),
        ({"format": "GML"}, "lists 0 GeoPackages"),
        ({"area": "HP"}, "lists 0 GeoPackages"),
        ({"url": "https://elsewhere.example/file.zip"}, "not one of the publisher's hosts"),
    ],
)
def test_what_is_not_as_published_is_refused(
    server: ArchiveServer, tmp_path: Path, more: dict[str, str], words: str
) -> None:
    listed(server, server.files[FILE], **more)
    with pytest.raises(UserError, match=words):
        fetch(server, tmp_path)
    assert list(tmp_path.glob("*.gpkg")) == []


def moved(to: str) -> list[Play]:
    return [Play(302, {"Location": to})] * 20


@pytest.mark.parametrize("path", [LIST, FILE])
@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("SAME", "redirects in circles"),
        ("https://elsewhere.example/oproad_gpkg_gb.zip", "to elsewhere.example, which is not one"),
        ("//elsewhere.example/oproad_gpkg_gb.zip", "to elsewhere.example, which is not one"),
        # A publisher's host, but not over https.
        ("http://omseprd1stdstordownload.blob.core.windows.net/x", "not one of the publisher's"),
        ("file:///etc/hostname", "an address that is not on the web"),
        ("ftp://127.0.0.1/oproad_gpkg_gb.zip", "an address that is not on the web"),
        ("data:text/plain,roads", "an address that cannot be read"),
        ("http://[", "not one of the publisher's"),
    ],
)
def test_a_redirect_away_from_the_publisher_is_refused_and_nothing_is_kept(
    server: ArchiveServer, tmp_path: Path, path: str, to: str, words: str
) -> None:
    server.plays[path] = moved(path if to == "SAME" else to)
    with pytest.raises(UserError, match=words) as refused:
        fetch(server, tmp_path)
    assert "download the file by hand" in str(refused.value.hint)
    assert list(tmp_path.glob("*.gpkg")) == list(tmp_path.glob(".fetch/*.part")) == []
    assert len(server.asked_for(path)) <= 6


@pytest.mark.parametrize("url", ["file:///etc/hostname", "http://\x00", "", "oproad.zip"])
def test_a_listed_address_that_leads_nowhere_is_refused(
    server: ArchiveServer, tmp_path: Path, url: str
) -> None:
    listed(server, server.files[FILE], url=url)
    with pytest.raises(UserError, match=r"not on the web|cannot be read"):
        fetch(server, tmp_path)


def test_other_answers_are_refused_in_words(server: ArchiveServer, tmp_path: Path) -> None:
    server.files[LIST] = b"<html>Down for maintenance</html>"
    with pytest.raises(UserError, match="another form"):
        fetch(server, tmp_path)
    del server.files[LIST]
    with pytest.raises(UserError, match="no such file"):
        fetch(server, tmp_path)
    listed(server, archive_zip({"a.gpkg": b"a", "b.gpkg": b"b"}))
    with pytest.raises(UserError, match="holds 2 GeoPackages"):
        fetch(server, tmp_path)
    with pytest.raises(UserError, match="not a name"):
        fetch_basemap(folder=tmp_path, products=["../x"], base_url=server.url)


def test_newer_files_come_in_place_of_those_that_are_here(
    server: ArchiveServer, tmp_path: Path
) -> None:
    (file,) = fetch(server, tmp_path)
    listed(server, archive_zip({"a.gpkg": ROADS + b"newer"}))
    assert fetch(server, tmp_path)[0].read_bytes() == ROADS
    assert fetch(server, tmp_path, replace=True)[0].read_bytes() == ROADS + b"newer"
    assert {one.name for one in tmp_path.iterdir()} == {".fetch", file.name}


@pytest.mark.parametrize(
    ("body", "more", "words"),
    [
        (b"<!doctype html><p>Try later", {"md5": ""}, "holds no GeoPackage"),
        (archive_zip({"a.gpkg": b"<!doctype html>"}), {}, "holds no GeoPackage"),
        (archive_zip({"a.gpkg": ROADS}), {"md5": "0" * 32}, "does not match the digest"),
        (archive_zip({"a.gpkg": ROADS})[:-30], {"md5": ""}, "no GeoPackage|damaged zip"),
    ],
)
def test_what_is_here_stays_when_its_newer_file_is_none(
    server: ArchiveServer, tmp_path: Path, body: bytes, more: dict[str, str], words: str
) -> None:
    (file,) = fetch(server, tmp_path)
    listed(server, body, **more)
    with pytest.raises(UserError, match=words):
        fetch(server, tmp_path, replace=True)
    assert file.read_bytes() == ROADS
    assert {one.name for one in (tmp_path / ".fetch").iterdir()} <= {"lock"}


def test_a_server_that_stops_half_way_leaves_what_is_here(
    server: ArchiveServer, tmp_path: Path
) -> None:
    (file,) = fetch(server, tmp_path)
    server.plays[FILE] = [Play(cut=1_000), Play(cut=1_000)]
    with pytest.raises(UserError, match="download stopped"):
        fetch(server, tmp_path, replace=True)
    assert file.read_bytes() == ROADS
    assert fetch(server, tmp_path, replace=True)[0].read_bytes() == ROADS
