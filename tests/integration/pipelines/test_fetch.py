"""The fetch from data.police.uk's archive, against a server that answers well, late, partly, busily
or not at all.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.archive import RangeFile
from pipelines.fetch import FetchReport, fetch_police_uk
from pipelines.polite import USER_AGENT, Limits, PoliteClient
from pipelines.published import add_months, between, choices
from tests.integration.archive_server import (
    ArchiveServer,
    Play,
    archive_zip,
    month_members,
    street_csv,
)
from vrp_map.errors import UserError

MONTHS = ["2024-01", "2024-02", "2024-03"]
FORCES = ["west-midlands", "west-mercia", "warwickshire"]
ZIP = "/data/archive/2024-03.zip"
LIST = "/data/archive/"
# 2024-04-01 00:00:00 UTC
NOW = 1711929600.0


@pytest.fixture
def server() -> Iterator[ArchiveServer]:
    with ArchiveServer() as running:
        running.publish("2024-03", month_members(MONTHS, FORCES))
        yield running


class Fetch:
    """`fetch_police_uk` with a clock that only moves when it sleeps."""

    def __init__(self, server: ArchiveServer, inbox: Path) -> None:
        self.server, self.inbox = server, inbox
        self.waits: list[float] = []
        self.progress: list[tuple[int, int | None, str]] = []
        self.listen: Callable[[tuple[int, int | None, str]], None] | None = None

    def on_progress(self, done: int, total: int | None, label: str) -> None:
        self.progress.append((done, total, label))
        if self.listen:
            self.listen((done, total, label))

    def __call__(
        self,
        first: str = "2024-01",
        last: str = "2024-03",
        *,
        force: str = "west-midlands",
        **options: Any,
    ) -> FetchReport:
        options = {"limits": Limits(pause_s=0, read_s=5)} | options
        return fetch_police_uk(
            force=force,
            first=date.fromisoformat(f"{first}-01"),
            last=date.fromisoformat(f"{last}-01"),
            inbox=self.inbox,
            base_url=self.server.url,
            progress=self.on_progress,
            sleep=self.waits.append,
            clock=lambda: NOW + sum(self.waits),
            rng=random.Random(7),
            **options,
        )

    @property
    def backoff(self) -> list[float]:
        return [wait for wait in self.waits if wait]

    def content(self, month: str, force: str = "west-midlands") -> bytes:
        return (self.inbox / month / f"{month}-{force}-street.csv").read_bytes()

    def left_over(self) -> set[str]:
        return {file.name for file in (self.inbox / ".fetch").iterdir()} - {"lock"}


@pytest.fixture
def fetch(server: ArchiveServer, tmp_path: Path) -> Fetch:
    return Fetch(server, tmp_path / "inbox")


def days(*months: str) -> list[date]:
    return [date.fromisoformat(f"{month}-01") for month in months]


def test_brings_every_month_whole(fetch: Fetch) -> None:
    report = fetch()
    assert report.fetched == days(*MONTHS)
    assert (report.skipped, report.not_published, report.failed) == ([], [], [])
    for month in MONTHS:
        assert fetch.content(month) == street_csv(month, "west-midlands")
    assert fetch.left_over() == {"manifest.json"}
    assert not list(fetch.inbox.rglob("*west-mercia*"))


def test_reads_only_what_it_needs_of_a_large_archive(fetch: Fetch, server: ArchiveServer) -> None:
    path = server.publish("2024-03", month_members(MONTHS, FORCES), padding=5 << 20)
    report = fetch(first="2024-02", last="2024-03")
    assert report.fetched == days("2024-02", "2024-03")
    assert report.received < (1 << 20) + 20_000
    assert sum(asked.sent for asked in server.asked_for(path)) < len(server.files[path]) / 4
    assert all(asked.headers["Range"] for asked in server.asked_for(path))


def test_says_who_asks_and_keeps_one_connection(fetch: Fetch, server: ArchiveServer) -> None:
    server.publish("2024-03", month_members(MONTHS, FORCES), padding=2 << 20)
    fetch()
    assert {asked.headers["User-Agent"] for asked in server.asked} == {USER_AGENT}
    assert "vrp-map" in USER_AGENT
    assert len(server.asked) == 5
    assert len({asked.client for asked in server.asked}) == 1
    assert server.most_at_once == 1


def test_pauses_between_requests(fetch: Fetch) -> None:
    fetch(limits=Limits(pause_s=0.5))
    assert fetch.waits == [0.5] * (len(fetch.server.asked) - 1)


def test_tells_how_far_it_is(fetch: Fetch, server: ArchiveServer) -> None:
    server.publish("2024-03", month_members(MONTHS, FORCES), padding=2 << 20)
    fetch()
    labels = {label for _, _, label in fetch.progress}
    assert labels == {
        "2024-03.zip: list of files",
        *(f"{m}-west-midlands-street.csv" for m in MONTHS),
    }
    assert all(total is not None and 0 < done <= total for done, total, _ in fetch.progress)


def test_a_second_run_asks_the_network_for_nothing(fetch: Fetch, server: ArchiveServer) -> None:
    fetch()
    server.asked.clear()
    report = fetch()
    assert report.skipped == days(*MONTHS) and report.fetched == []
    assert server.asked == []


def test_a_damaged_file_of_ours_is_brought_again(fetch: Fetch) -> None:
    fetch()
    damaged = fetch.inbox / "2024-02" / "2024-02-west-midlands-street.csv"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    report = fetch()
    assert report.fetched == days("2024-02") and report.skipped == days("2024-01", "2024-03")
    assert fetch.content("2024-02") == street_csv("2024-02", "west-midlands")


def test_a_file_without_a_manifest_entry_is_recognised_by_its_checksum(fetch: Fetch) -> None:
    fetch()
    (fetch.inbox / ".fetch" / "manifest.json").write_text("not json", encoding="utf-8")
    assert fetch().skipped == days(*MONTHS)
    assert (
        len(
            json.loads((fetch.inbox / ".fetch" / "manifest.json").read_text(encoding="utf-8"))[
                "files"
            ]
        )
        == 3
    )


def test_somebody_elses_file_is_kept_unless_replace(fetch: Fetch) -> None:
    other = fetch.inbox / "2024-02" / "2024-02-west-midlands-street.csv"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"mine")
    report = fetch()
    assert report.failed == [(date(2024, 2, 1), report.failed[0][1])]
    assert "it was kept" in report.failed[0][1] and other.read_bytes() == b"mine"
    assert report.fetched == days("2024-01", "2024-03")
    assert fetch(replace=True).fetched == days("2024-02")
    assert fetch.content("2024-02") == street_csv("2024-02", "west-midlands")


def test_replace_takes_a_revision_and_leaves_the_rest(fetch: Fetch, server: ArchiveServer) -> None:
    fetch()
    revised = month_members(MONTHS, FORCES) | {
        "2024-01/2024-01-west-midlands-street.csv": b"Crime ID,Month\n"
    }
    server.publish("2024-03", revised)
    assert fetch().skipped == days(*MONTHS)
    report = fetch(replace=True)
    assert report.fetched == days("2024-01") and report.skipped == days("2024-02", "2024-03")
    assert fetch.content("2024-01") == b"Crime ID,Month\n"


def test_a_month_not_published_yet_is_said(fetch: Fetch) -> None:
    report = fetch(first="2024-03", last="2024-06")
    assert report.fetched == days("2024-03")
    assert report.not_published == days("2024-04", "2024-05", "2024-06") and report.failed == []


def test_only_months_to_come_asks_for_the_list_alone(fetch: Fetch, server: ArchiveServer) -> None:
    assert fetch(first="2030-01", last="2030-02").not_published == days("2030-01", "2030-02")
    assert [asked.path for asked in server.asked] == [LIST]


def test_a_month_the_force_did_not_publish_is_said(fetch: Fetch, server: ArchiveServer) -> None:
    members = month_members(MONTHS, FORCES)
    del members["2024-02/2024-02-west-midlands-street.csv"]
    server.publish("2024-03", members)
    report = fetch()
    assert report.not_published == days("2024-02") and report.fetched == days("2024-01", "2024-03")
    assert report.notes == ["2024-03.zip has no file from west-midlands for 2024-02."]


def test_takes_the_fewest_archives(fetch: Fetch, server: ArchiveServer) -> None:
    for newest in between(date(2021, 1, 1), date(2024, 6, 1)):
        window = [f"{m:%Y-%m}" for m in between(add_months(newest, -35), newest)]
        server.publish(f"{newest:%Y-%m}", month_members(window, ["west-midlands"]))
    report = fetch(first="2020-01", last="2023-12")
    assert len(report.fetched) == 48
    assert {asked.path for asked in server.asked} == {
        LIST,
        "/data/archive/2022-12.zip",
        "/data/archive/2024-06.zip",
    }


def test_goes_to_an_older_archive_when_the_best_is_gone(
    fetch: Fetch, server: ArchiveServer
) -> None:
    server.publish("2024-04", {})
    del server.files["/data/archive/2024-04.zip"]
    assert fetch().fetched == days(*MONTHS)


@given(
    month=st.dates(date(2018, 1, 1), date(2024, 6, 1)),
    gaps=st.sets(st.integers(0, 80), max_size=60),
)
def test_every_choice_reaches_back_to_the_month_and_the_newest_comes_first(
    month: date, gaps: set[int]
) -> None:
    month = month.replace(day=1)
    published = [
        a for n, a in enumerate(between(date(2018, 1, 1), date(2024, 9, 1))) if n not in gaps
    ]
    found = choices(month, published)
    assert set(found) == {a for a in published if a >= month and add_months(a, -35) <= month}
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("path", [LIST, ZIP])
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(
    fetch: Fetch, server: ArchiveServer, path: str, status: int
) -> None:
    server.plays[path] = [Play(status), Play(status)]
    assert fetch().fetched == days(*MONTHS)
    assert len(fetch.backoff) == 2
    assert 0.5 <= fetch.backoff[0] <= 1 <= fetch.backoff[1] <= 2


@pytest.mark.parametrize("asked", ["17", "Mon, 01 Apr 2024 00:00:17 GMT"])
def test_retry_after_is_honoured(fetch: Fetch, server: ArchiveServer, asked: str) -> None:
    server.plays[ZIP] = [Play(429, {"Retry-After": asked})]
    assert fetch().fetched == days(*MONTHS)
    assert fetch.backoff == [17.0]


def test_a_retry_after_that_makes_no_sense_is_a_usual_wait(
    fetch: Fetch, server: ArchiveServer
) -> None:
    server.plays[ZIP] = [Play(503, {"Retry-After": "soon"})]
    assert fetch().fetched == days(*MONTHS)
    assert 0.5 <= fetch.backoff[0] <= 1


def test_asked_to_wait_too_long_it_stops_and_does_not_come_back_early(
    fetch: Fetch, server: ArchiveServer
) -> None:
    server.plays[ZIP] = [Play(429, {"Retry-After": "86400"})]
    report = fetch()
    assert [month for month, _ in report.failed] == days(*MONTHS)
    assert "asks to wait 86400 seconds" in report.failed[0][1]
    assert fetch.backoff == [] and len(server.asked_for(ZIP)) == 1


def test_a_server_that_stays_busy_is_left_alone_and_the_next_run_goes_on(
    fetch: Fetch, server: ArchiveServer
) -> None:
    # Larger than one request, so that the second member is a request of its own.
    server.publish("2024-03", month_members(MONTHS, FORCES), padding=2 << 20)
    server.plays[ZIP] = [Play(), Play(), *[Play(503)] * 4]
    report = fetch(limits=Limits(tries=4, pause_s=0))
    assert report.fetched == days("2024-01")
    assert report.failed == [
        (month, "the server answered 503, 4 times") for month in days("2024-02", "2024-03")
    ]
    assert len(fetch.backoff) == 3
    assert not (fetch.inbox / "2024-02").exists()
    again = fetch()
    assert again.skipped == days("2024-01") and again.fetched == days("2024-02", "2024-03")


def test_no_list_is_a_message(fetch: Fetch, server: ArchiveServer) -> None:
    server.plays[LIST] = [Play(503)] * 3
    with pytest.raises(
        UserError, match=r"could not be read: the server answered 503, 3 times.*continues"
    ):
        fetch(limits=Limits(tries=3, pause_s=0))


def test_nobody_listening_is_a_message(fetch: Fetch, tmp_path: Path) -> None:
    with ArchiveServer() as gone:
        pass
    with pytest.raises(UserError, match="could not be read"):
        Fetch(gone, tmp_path / "inbox")(limits=Limits(tries=2, pause_s=0))


def test_a_silent_server_is_asked_again(fetch: Fetch, server: ArchiveServer) -> None:
    server.plays[ZIP] = [Play(silent=True)]
    assert fetch(limits=Limits(pause_s=0, read_s=0.1)).fetched == days(*MONTHS)
    assert len(fetch.backoff) == 1


def test_a_slow_answer_is_given_up_and_asked_again(fetch: Fetch, server: ArchiveServer) -> None:
    server.plays[ZIP] = [Play(silent=True)] * 2
    report = fetch(limits=Limits(tries=2, pause_s=0, read_s=0.1))
    assert {reason for _, reason in report.failed} == {"the server did not answer in time, 2 times"}


@pytest.mark.parametrize("cut", [0, 1, 200])
def test_a_truncated_answer_is_asked_again(fetch: Fetch, server: ArchiveServer, cut: int) -> None:
    server.publish("2024-03", month_members(MONTHS, FORCES), padding=2 << 20)
    server.plays[ZIP] = [Play(cut=cut), Play(cut=cut), Play(), Play(cut=cut)]
    assert fetch().fetched == days(*MONTHS)
    for month in MONTHS:
        assert fetch.content(month) == street_csv(month, "west-midlands")
    assert len(fetch.backoff) == 3


def test_a_member_with_a_wrong_checksum_never_reaches_the_inbox(
    fetch: Fetch, server: ArchiveServer
) -> None:
    members = {f"{m}/{m}-west-midlands-street.csv": street_csv(m, "west-midlands") for m in MONTHS}
    server.publish("2024-03", members, padding=2 << 20)
    content = bytearray(server.files[ZIP])
    # Inside the first member's compressed bytes.
    content[400] ^= 0xFF
    server.files[ZIP] = bytes(content)
    report = fetch()
    assert report.failed == [
        (date(2024, 1, 1), "the file in the archive is damaged (its checksum does not match)")
    ]
    assert report.fetched == days("2024-02", "2024-03")
    assert not (fetch.inbox / "2024-01").exists()
    assert fetch.left_over() == {"manifest.json"}


@pytest.mark.parametrize(
    "content", [b"", b"<html>sorry</html>", archive_zip(month_members(MONTHS, FORCES))[:-30]]
)
def test_what_is_not_a_zip_is_said(fetch: Fetch, server: ArchiveServer, content: bytes) -> None:
    server.files[ZIP] = content
    report = fetch()
    assert [month for month, _ in report.failed] == days(*MONTHS)
    assert {reason for _, reason in report.failed} == {"2024-03.zip: not a usable zip file"}
    assert fetch.left_over() == set()


def test_an_archive_that_changes_under_way_is_never_mixed(
    fetch: Fetch, server: ArchiveServer
) -> None:
    server.publish("2024-03", month_members(MONTHS, FORCES), padding=2 << 20)
    newer = archive_zip(month_members(MONTHS[::-1], FORCES), padding=2 << 20)

    def swap(call: tuple[int, int | None, str]) -> None:
        if call[2].startswith("2024-01"):
            server.files[ZIP] = newer

    fetch.listen = swap
    report = fetch()
    assert report.fetched == days("2024-01")
    assert {reason for _, reason in report.failed} == {
        "the archive changed while it was being read"
    }


def test_a_server_without_ranges_gets_a_whole_download(fetch: Fetch, server: ArchiveServer) -> None:
    server.ranges = False
    report = fetch()
    assert report.fetched == days(*MONTHS)
    assert fetch.content("2024-02") == street_csv("2024-02", "west-midlands")
    assert fetch.left_over() == {"manifest.json"}
    assert "2024-03.zip: whole archive" in {label for _, _, label in fetch.progress}


def test_a_whole_download_goes_on_where_it_was_cut(fetch: Fetch, server: ArchiveServer) -> None:
    server.plays[ZIP] = [Play(whole=True), Play(cut=500)]
    assert fetch().fetched == days(*MONTHS)
    assert [asked.status for asked in server.asked_for(ZIP)] == [200, 200, 206]
    assert server.asked_for(ZIP)[2].headers["Range"] == "bytes=500-"
    assert fetch.content("2024-02") == street_csv("2024-02", "west-midlands")


def test_the_next_run_goes_on_with_a_whole_download(fetch: Fetch, server: ArchiveServer) -> None:
    server.plays[ZIP] = [Play(whole=True), Play(cut=500), Play(503)]
    report = fetch(limits=Limits(tries=2, pause_s=0))
    assert [month for month, _ in report.failed] == days(*MONTHS)
    assert (fetch.inbox / ".fetch" / "2024-03.zip.part").stat().st_size == 500
    server.asked.clear()
    server.plays[ZIP] = [Play(whole=True)]
    assert fetch().fetched == days(*MONTHS)
    assert server.asked_for(ZIP)[1].headers["Range"] == "bytes=500-"
    assert fetch.left_over() == {"manifest.json"}


def test_a_whole_download_of_a_changed_archive_starts_again(
    fetch: Fetch, server: ArchiveServer
) -> None:
    server.plays[ZIP] = [Play(whole=True), Play(cut=500), Play(503)]
    fetch(limits=Limits(tries=2, pause_s=0))
    server.publish("2024-03", month_members(MONTHS[::-1], FORCES))
    server.plays[ZIP] = [Play(whole=True)]
    server.asked.clear()
    assert fetch().fetched == days(*MONTHS)
    assert [asked.status for asked in server.asked_for(ZIP)] == [200, 200]


def test_an_interrupted_run_leaves_only_whole_files_and_goes_on(
    fetch: Fetch, server: ArchiveServer
) -> None:
    server.publish("2024-03", month_members(MONTHS, FORCES), padding=2 << 20)

    def interrupt(call: tuple[int, int | None, str]) -> None:
        if call[2].startswith("2024-02"):
            raise KeyboardInterrupt

    fetch.listen = interrupt
    with pytest.raises(KeyboardInterrupt):
        fetch()
    assert [file.name for file in fetch.inbox.glob("*/*.csv")] == [
        "2024-01-west-midlands-street.csv"
    ]
    fetch.listen = None
    report = fetch()
    assert report.skipped == days("2024-01") and report.fetched == days("2024-02", "2024-03")


def test_an_answer_that_trickles_is_cut_and_asked_again(
    fetch: Fetch, server: ArchiveServer
) -> None:
    server.publish("2024-03", month_members(MONTHS, FORCES), padding=2 << 20)

    def an_hour(call: tuple[int, int | None, str]) -> None:
        fetch.waits.append(3600)

    fetch.listen = an_hour
    report = fetch(limits=Limits(tries=2, pause_s=0))
    assert {reason for _, reason in report.failed} == {"the answer took too long, 2 times"}


def test_any_read_of_a_range_file_is_the_files_own_bytes(
    server: ArchiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.archive._TAIL_BYTES", 300)
    monkeypatch.setattr("pipelines.archive._AHEAD_BYTES", 90)
    content = server.files[ZIP]
    rng = random.Random(3)
    with PoliteClient(server.url, limits=Limits(pause_s=0)) as client:
        remote = RangeFile(client, server.url + ZIP, label="", progress=lambda *_: None)
        for _ in range(150):
            start, length = rng.randrange(len(content) + 20), rng.randrange(400)
            remote.seek(start)
            assert remote.read(length) == content[start : start + length]
            assert remote.tell() == max(start, min(start + length, len(content)))
        assert remote.seek(-5, 2) == len(content) - 5 and remote.read() == content[-5:]


def test_too_large_is_refused(fetch: Fetch, server: ArchiveServer) -> None:
    assert {r for _, r in fetch(limits=Limits(pause_s=0, member_mb=0)).failed} == {
        "the file is larger than the limit of 0 MB"
    }
    server.ranges = False
    assert {r for _, r in fetch(limits=Limits(pause_s=0, archive_mb=0)).failed} == {
        "the archive is larger than the limit of 0 MB"
    }


def test_a_redirect_inside_the_host_is_followed_once(fetch: Fetch, server: ArchiveServer) -> None:
    server.files["/store/2024-03.zip"] = server.files[ZIP]
    server.plays[ZIP] = [Play(302, {"Location": "/store/2024-03.zip"})]
    server.publish("2024-03", {})
    assert fetch().fetched == days(*MONTHS)
    assert len(server.asked_for(ZIP)) == 1


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("https://example.org/2024-03.zip", "not one of the publisher's hosts"),
        ("http://policeuk-data.s3.amazonaws.com/x.zip", "not one of the publisher's hosts"),
        ("ftp://127.0.0.1/x", "an address that is not on the web"),
    ],
)
def test_a_redirect_to_anybody_else_is_refused(
    fetch: Fetch, server: ArchiveServer, location: str, words: str
) -> None:
    server.plays[ZIP] = [Play(302, {"Location": location})]
    report = fetch()
    assert [month for month, _ in report.failed] == days(*MONTHS)
    assert words in report.failed[0][1]


def test_redirects_in_circles_end(fetch: Fetch, server: ArchiveServer) -> None:
    server.plays[ZIP] = [Play(302, {"Location": ZIP})] * 50
    assert "in circles" in fetch().failed[0][1]


def test_refused_everywhere_it_stops_after_three_archives(
    fetch: Fetch, server: ArchiveServer
) -> None:
    for month in between(date(2020, 1, 1), date(2024, 2, 1)):
        server.publish(f"{month:%Y-%m}", {})
    for path in list(server.files):
        if path.endswith(".zip"):
            server.plays[path] = [Play(403)] * 9
    report = fetch(first="2019-01", last="2024-03")
    assert len(report.failed) == 63
    assert len([asked for asked in server.asked if asked.path.endswith(".zip")]) == 3


def test_the_availability_api_stands_in_for_a_list_that_moved(
    fetch: Fetch, server: ArchiveServer
) -> None:
    server.files[LIST] = b"<html>a new design</html>"
    server.files["/api/crimes-street-dates"] = (
        b'[{"date": "2024-03", "stop-and-search": []}, {"date": "2024-02"}]'
    )
    assert fetch().fetched == days(*MONTHS)
    del server.files["/api/crimes-street-dates"]
    with pytest.raises(UserError, match="does not list its archives where it used to"):
        fetch(replace=True)


def test_an_unknown_force_names_the_nearest(fetch: Fetch) -> None:
    with pytest.raises(
        UserError,
        match=r"No police force is called west-midland in .* Did you mean west-midlands\?",
    ):
        fetch(force="west-midland")
    with pytest.raises(UserError, match="Known: warwickshire, west-mercia, west-midlands"):
        fetch(force="zz")


@pytest.mark.parametrize("force", ["West Midlands", "../etc", "west_midlands", "", "-", "a/b"])
def test_a_force_that_is_no_slug_asks_nobody(
    fetch: Fetch, server: ArchiveServer, force: str
) -> None:
    with pytest.raises(UserError, match="small letters and hyphens"):
        fetch(force=force)
    assert server.asked == [] and not fetch.inbox.exists()


def test_a_period_that_ends_before_it_begins(fetch: Fetch) -> None:
    with pytest.raises(UserError, match=r"begins in 2024-03, after it ends in 2024-01.*Swap"):
        fetch(first="2024-03", last="2024-01")


def test_months_before_there_was_data_ask_for_no_archive(
    fetch: Fetch, server: ArchiveServer
) -> None:
    assert fetch(first="2005-01", last="2010-11").not_published == between(
        date(2005, 1, 1), date(2010, 11, 1)
    )
    assert [asked.path for asked in server.asked] == [LIST]


def test_an_inbox_that_is_a_file_is_said(fetch: Fetch) -> None:
    fetch.inbox.write_text("x", encoding="utf-8")
    with pytest.raises(UserError, match=r"Writing into .* failed"):
        fetch()


def test_two_fetches_at_once_are_refused(fetch: Fetch) -> None:
    from filelock import FileLock

    (fetch.inbox / ".fetch").mkdir(parents=True)
    with FileLock(fetch.inbox / ".fetch" / "lock"), pytest.raises(UserError, match="Another fetch"):
        fetch()
