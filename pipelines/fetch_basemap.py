"""`vrp-map fetch basemap`: Ordnance Survey's open streets, parks and names of towns, ready to be
added.

How OS publishes (docs.os.uk, "OS Downloads API"): `/downloads/v1/products/ID/downloads` lists the
files of a product with name, size, MD5 and address; no key is asked for. An address redirects to
the publisher's object store, which gives byte ranges.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from filelock import FileLock, Timeout

from pipelines.archive import Progress, download_whole
from pipelines.polite import GaveUpError, Limits, NotThereError, PoliteClient
from vrp_map.errors import UserError

BASE_URL = "https://api.os.uk"
PUBLISHER_HOSTS = frozenset({"omseprd1stdstordownload.blob.core.windows.net"})
PRODUCTS = ("OpenRoads", "OpenGreenspace", "OpenNames")
_MB = 1 << 20
_SQLITE = b"SQLite format 3\0"
_AGAIN = "Run the same command again to continue."
_BY_HAND = "If it stops there again, download the file by hand, then run vrp-map basemap add."


@dataclass(frozen=True)
class PublishedFile:
    """A file as the publisher lists it; an MD5 of "" is not said."""

    name: str
    url: str
    md5: str


def fetch_basemap(  # noqa: PLR0913 - what a fetch may be asked for, by keyword
    *,
    folder: Path,
    products: Sequence[str] = PRODUCTS,
    base_url: str = BASE_URL,
    replace: bool = False,
    progress: Progress = lambda done, total, label: None,
    limits: Limits | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Path]:
    """Bring the GeoPackage of each product into a folder; one file for each.

    A broken download goes on where it stopped. A file already here is not asked for again.

    Args:
        replace: ask again for what is here too; the file before stays until the new one is whole.

    Raises:
        UserError: no such product, a file that does not match its digest, no room, or a server that
            does not answer.
    """
    for product in products:
        if not re.fullmatch(r"[A-Za-z0-9]+", product):
            raise UserError(
                "A product is not a name as Ordnance Survey writes it.",
                hint="Use letters and digits, such as OpenRoads.",
            )
    limits = limits or Limits(archive_mb=20_000, member_mb=40_000)
    scratch = folder / ".fetch"
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        with (
            FileLock(scratch / "lock", timeout=0),
            PoliteClient(
                base_url.rstrip("/"), PUBLISHER_HOSTS, limits, sleep, rng=random.Random()
            ) as client,
        ):
            return [
                _fetched(client, product, folder, progress, replace=replace) for product in products
            ]
    except Timeout:
        raise UserError(
            f"Another fetch into {folder} is at work.", hint="Wait until it has ended."
        ) from None
    except NotThereError as error:
        raise UserError(
            f"Ordnance Survey has no such file: {error}.",
            hint="Known products: OpenRoads, OpenGreenspace, OpenNames, OpenZoomstack.",
        ) from error
    except GaveUpError as error:
        raise UserError(f"The download stopped: {error}.", hint=f"{_AGAIN} {_BY_HAND}") from error
    except OSError as error:
        raise UserError(
            f"Writing into {folder} failed: {error.strerror or type(error).__name__}.",
            hint=f"Check the folder and the room on the disk. {_AGAIN}",
        ) from error


def _fetched(
    client: PoliteClient, product: str, folder: Path, progress: Progress, *, replace: bool
) -> Path:
    target = folder / f"{product}.gpkg"
    if target.exists() and not replace:
        return target
    published = _published(client, product)
    part = folder / ".fetch" / f"{product}.part"
    download_whole(client, published.url, part, label=published.name, progress=progress)
    if published.md5 and _md5(part) != published.md5.casefold():
        _forget(part, part.with_suffix(".note.json"))
        raise UserError(
            f"{published.name} does not match the digest that its publisher lists, so it was thrown"
            " away.",
            hint="Run the same command again. If it happens twice, tell Ordnance Survey.",
        )
    unpacked = part.with_suffix(".new")
    try:
        _unpack(part, unpacked, published.name, most=client.limits.member_mb * _MB)
        _check_geopackage(unpacked, published.name)
        unpacked.replace(target)
    finally:
        # What came whole and is no GeoPackage would be no better the next time.
        _forget(part, part.with_suffix(".note.json"), unpacked)
    return target


def _forget(*files: Path) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _check_geopackage(file: Path, name: str) -> None:
    with file.open("rb") as stream:
        is_one = stream.read(len(_SQLITE)) == _SQLITE
    if not is_one:
        raise UserError(
            f"{name} holds no GeoPackage: the server sent something else. Nothing was changed.",
            hint=f"{_AGAIN} If it happens twice, download the file by hand.",
        )


def _published(client: PoliteClient, product: str) -> PublishedFile:
    url = f"{client.base_url}/downloads/v1/products/{product}/downloads"

    def read(response: httpx.Response) -> bytes:
        return b"".join(client.body(response, most=_MB))

    try:
        listed = json.loads(client.get(f"{url}?area=GB&format=GeoPackage", read))
        found = [
            PublishedFile(Path(str(one["fileName"])).name, str(one["url"]), str(one.get("md5", "")))
            for one in listed
            if one["format"] == "GeoPackage" and one["area"] == "GB"
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            "Ordnance Survey's list of files has another form than it had.",
            hint="Download the GeoPackage by hand, then run vrp-map basemap add.",
        ) from error
    if len(found) != 1:
        raise UserError(
            f"Ordnance Survey lists {len(found)} GeoPackages of {product} for Great Britain.",
            hint="Download the one you want by hand, then run vrp-map basemap add.",
        )
    return found[0]


def _unpack(archive: Path, to: Path, name: str, *, most: int) -> None:
    """The one GeoPackage inside a zip; or the file itself, where it is none."""
    if not zipfile.is_zipfile(archive):
        shutil.copyfile(archive, to)
        return
    try:
        held = zipfile.ZipFile(archive)
    except zipfile.BadZipFile as error:
        raise UserError(f"{name} is a damaged zip, so it was thrown away.", hint=_AGAIN) from error
    with held:
        inside = [one for one in held.infolist() if one.filename.casefold().endswith(".gpkg")]
        if len(inside) != 1 or inside[0].file_size > most:
            raise UserError(
                f"{name} holds {len(inside)} GeoPackages, or one larger than {most // _MB} MB.",
                hint="Unpack it by hand, then run vrp-map basemap add.",
            )
        with held.open(inside[0]) as packed, to.open("wb") as out:
            shutil.copyfileobj(packed, out, _MB)


def _md5(file: Path) -> str:
    told = hashlib.md5(usedforsecurity=False)
    with file.open("rb") as stream:
        while block := stream.read(_MB):
            told.update(block)
    return told.hexdigest()
