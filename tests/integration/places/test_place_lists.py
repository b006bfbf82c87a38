"""Lists of places: what is taken of each publisher's file, and what is refused."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from vrp_map.common.unpacking import UnpackLimit
from vrp_map.config import Settings
from vrp_map.errors import FileRefused, UserError
from vrp_map.places.naming import known_places
from vrp_map.places.place_files import ListLimits, read_places
from vrp_map.places.place_lists import add_places, added_places, place_lists, remove_places
from vrp_map.places.postcodes import find_half_postcode, find_postcode
from vrp_map.places.searchable import searchable_places

HERE = (-3.0, 52.0, -1.0, 53.0)
# Made-up rows in the middle of Birmingham, in each publisher's columns.
CODE_POINT = b'"B1 1AY",10,406523,286448,"E92000001","","","","E08000025","E05011151"\r\n'
ONSPD = (
    b"pcd,pcds,dointr,doterm,oseast1m,osnrth1m,lat,long\r\n"
    b'"B1  1AY","B1 1AY",198001,,0406523,0286448,52.47,-1.90\r\n'
    b'"B99 9ZZ","B99 9ZZ",198001,199912,,,99.999999,0\r\n'
)
GIAS = (
    "URN,EstablishmentName,EstablishmentStatus (name),Town,Easting,Northing\r\n"
    '1,"St Mary\u2019s Caf\xe9 School",Open,Birmingham,406523,286448\r\n'
    "2,Gone School,Closed,Birmingham,406523,286448\r\n"
).encode("cp1252")
NAPTAN = (
    b"\xef\xbb\xbfATCOCode,CommonName,Easting,Northing,StopType,LocalityName,Status\r\n"
    b"1,Bull Street,407100,287000,PLT,Birmingham,active\r\n"
    b"2,High Street,407200,286900,BCT,Birmingham,active\r\n"
    b"3,Old Stop,407200,286900,BCT,Birmingham,inactive\r\n"
    b"4,Taxi Rank,407200,286900,TXR,Birmingham,active\r\n"
)


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Doc/licence.txt", "none")
        archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("b.csv", CODE_POINT, [("postcode", "B11AY", "")]),
        ("codepo.zip", zipped("Data/CSV/b.csv", CODE_POINT), [("postcode", "B11AY", "")]),
        ("onspd.csv", ONSPD, [("postcode", "B11AY", "")]),
        ("edubase.csv", GIAS, [("school", "St Mary\u2019s Caf\xe9 School", "Birmingham")]),
        (
            "Stops.csv",
            NAPTAN,
            [("bus stop", "High Street", "Birmingham"), ("tram stop", "Bull Street", "Birmingham")],
        ),
    ],
)
def test_each_publishers_file_gives_its_places(
    tmp_path: Path, name: str, data: bytes, expected: list[tuple[str, str, str]]
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    _, found = read_places(file, HERE)
    assert list(found[["kind", "name", "town"]].itertuples(index=False, name=None)) == expected
    assert found["lon"].between(-1.91, -1.88).all()
    assert found["lat"].between(52.46, 52.49).all()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"colour,size\r\nred,1\r\n", "no list of places that vrp-map knows"),
        ("a.csv", b"", "no list of places that vrp-map knows"),
        ("a.zip", b"PK\x03\x04 cut off", "damaged"),
        ("a.csv.gz", b"\x1f\x8b cut off", "damaged"),
        ("a.csv.gz", gzip.compress(CODE_POINT + bytes(2 << 20)), "damaged"),
        ("a.zip", zipped("b.csv", CODE_POINT + b"x" * (2 << 20)), "damaged"),
        (
            "a.zip",
            zipped("b.csv", CODE_POINT).replace(b"\x14\x00\x00\x00", b"\x14\x00\x01\x00"),
            "locked",
        ),
        ("a.csv", CODE_POINT.replace(b"286448", b"986448"), "in the area of the map"),
    ],
)
def test_a_file_that_holds_no_place_is_refused(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(FileRefused, match=words):
        read_places(file, HERE)


DIFFERENT = b"".join(CODE_POINT.replace(b"406523", b"%d" % x) for x in range(406000, 406300))


@pytest.mark.parametrize(
    ("name", "data", "limits", "words"),
    [
        ("b.csv", CODE_POINT * 101, ListLimits(lines=100), "has more than 100 lines"),
        ("b.csv.gz", gzip.compress(CODE_POINT * 101), ListLimits(lines=100), "more than 100 lines"),
        ("b.zip", zipped("b.csv", CODE_POINT * 101), ListLimits(lines=100), "more than 100 lines"),
        ("b.csv", DIFFERENT, ListLimits(places=299), "more than 299 places in your area"),
        (
            "b.csv.gz",
            gzip.compress(CODE_POINT * 20_000),
            ListLimits(unpacked=UnpackLimit(25, 100_000)),
            "unpacks to more than 0 MB",
        ),
    ],
)
def test_more_than_a_list_could_hold_is_refused_in_words(
    tmp_path: Path, name: str, data: bytes, limits: ListLimits, words: str
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(FileRefused, match=words) as refused:
        read_places(file, HERE, limits)
    assert "cut it to your area" in str(refused.value.hint)


def test_a_list_at_its_limits_is_taken_and_alike_rows_are_one_place(tmp_path: Path) -> None:
    file = tmp_path / "b.csv"
    file.write_bytes(DIFFERENT + CODE_POINT * 100)
    _, found = read_places(file, HERE, ListLimits(lines=400, places=301))
    assert len(found) == 301


def test_a_full_disk_keeps_the_list_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(places=tmp_path / "places")
    file = tmp_path / "b.csv"
    file.write_bytes(CODE_POINT)
    add_places(file, settings)

    def no_room(table: object, to: Path, **kept: object) -> None:
        to.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vrp_map.places.place_lists.pq.write_table", no_room)
    with pytest.raises(UserError, match="The list before it stays"):
        add_places(file, settings)
    assert [one.places for one in place_lists(settings)] == [1]
    assert [one.name for one in settings.places.iterdir()] == ["code-point-open.parquet"]


def test_a_list_is_kept_found_and_taken_away(tmp_path: Path) -> None:
    settings = Settings(places=tmp_path / "places")
    file = tmp_path / "b.csv"
    file.write_bytes(CODE_POINT)
    assert find_postcode("B1 1AY", settings) is None
    add_places(file, settings)
    add_places(file, settings)
    assert [(one.id, one.places) for one in place_lists(settings)] == [("code-point-open", 1)]
    for text in ("B1 1AY", "b11ay", " b1  1ay."):
        found = find_postcode(text, settings)
        assert found is not None
        assert (found.postcode, found.cell(10)) == ("B1 1AY", "8a195c05bb8ffff")
    assert find_postcode("B1 1AZ", settings) is None
    assert find_postcode("nowhere", settings) is None
    for text, said in (("b1", "B1"), (" B1  1 ", "B1 1")):
        half = find_half_postcode(text, settings)
        assert half is not None
        assert (half.postcode, half.cell(10)) == (said, "8a195c05bb8ffff")
    for text in ("B1 1AY", "B", "B11", "B1 2", "1", ""):
        assert find_half_postcode(text, settings) is None
    with pytest.raises(UserError, match="no list of places code"):
        remove_places("code", settings)
    remove_places("code-point-open", settings)
    assert added_places(settings).empty


def test_hexagons_are_called_by_stations_of_a_list_never_by_its_postcodes_or_schools(
    tmp_path: Path,
) -> None:
    settings = Settings(places=tmp_path / "places", basemap=tmp_path / "none", store=tmp_path)
    before = known_places(settings)
    assert before is known_places(settings) and before.landmarks.empty
    metro = NAPTAN.replace(b"1,Bull Street", b"1,Bull Street (Made-up Metro Stop)")
    for name, data in (("codepo.csv", CODE_POINT), ("edubase.csv", GIAS), ("Stops.csv", metro)):
        (tmp_path / name).write_bytes(data)
        add_places(tmp_path / name, settings)
    known = known_places(settings)
    assert known.landmarks["name"].tolist() == ["Bull Street tram stop"]
    assert known.streets.empty
    sought = searchable_places(settings).set_index("name")["kind"].to_dict()
    assert sought["Bull Street (Made-up Metro Stop)"] == sought["High Street (stop)"] == "stop"
    assert len(sought) == 3  # and the school; no postcode
