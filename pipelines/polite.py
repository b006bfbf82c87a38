"""One slow, patient HTTP connection to a public publisher: what it retries, how long it waits, whom
it follows.

* One connection, one request at a time, a pause between requests, and a User-Agent that says who
  asks.
* A dropped, stalled or cut-off answer and 408, 425, 429, 500, 502, 503, 504 are tried again:
  exponential waits with
  jitter, or what `Retry-After` asks (seconds or HTTP date, RFC 9110 section 10.2.3). When the
  server asks for a longer wait than `Limits.longest_wait_s`, we stop and say so instead of coming
  back early.
* Redirects are followed only to the publisher's own hosts and never from https to http.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx

USER_AGENT = (
    "vrp-map/0.1 (violence reduction partnership map; fetches open police data; one connection)"
)
TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
# An object store without listing rights answers 403 for a key that does not exist.
NOT_THERE = frozenset({403, 404, 410})
# The progress that counts as a server that works: after it the count of tries starts again.
_PROGRESS_BYTES = 1 << 20

T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """How much patience and how much data: seconds (`_s`), megabytes of 2**20 bytes (`_mb`),
    counts.
    """

    tries: int = 6
    connect_s: float = 15.0
    read_s: float = 60.0
    request_s: float = 900.0
    first_wait_s: float = 1.0
    longest_wait_s: float = 120.0
    pause_s: float = 0.2
    redirects: int = 5
    member_mb: int = 512
    archive_mb: int = 8192


class NotThereError(Exception):
    """The server says that there is no such file."""


class GaveUpError(Exception):
    """The server was asked often enough, or answered with something we must not follow.

    The text is for people.
    """


class CutOffError(Exception):
    """An answer that ended early, took too long or does not match what was asked: worth another
    try.
    """


@dataclass
class PoliteClient:
    """Requests to `base_url` and to `hosts` (host names the publisher redirects to), one after the
    other.

    Args:
        sleep, clock: replaced in tests; `clock` gives seconds since 1970.
        rng: the jitter; seeded in tests, different on every machine otherwise, which is what jitter
            is for.
    """

    base_url: str
    hosts: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time
    rng: random.Random = field(default_factory=random.Random)
    received: int = 0

    def __post_init__(self) -> None:
        self._base = httpx.URL(self.base_url)
        self._resolved: dict[str, httpx.URL] = {}
        self._asked_before = False
        self._http = httpx.Client(
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            timeout=httpx.Timeout(self.limits.read_s, connect=self.limits.connect_s),
            # Byte ranges count the stored bytes: a compressed answer would shift them.
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
            follow_redirects=False,
        )

    def __enter__(self) -> PoliteClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(
        self,
        url: str,
        read: Callable[[httpx.Response], T],
        *,
        headers: Callable[[], dict[str, str]] = dict,
        position: Callable[[], int] = int,
    ) -> T:
        """`read(response)` of a 200, 206 or 416 answer, tried again until it works or patience
        ends.

        Args:
            headers: asked anew for every try, so that a resumed download can move its range.
            position: bytes safely kept so far; real progress between two failures renews the tries.
        Raises:
            NotThereError: 403, 404, 410. GaveUpError: anything else that cannot be mended by trying
                again.
        """
        failures, kept = 0, position()
        while True:
            asked: float | None = None
            try:
                with self._open(url, headers()) as response:
                    if response.status_code not in TRY_AGAIN:
                        return read(_usable(response))
                    reason = f"the server answered {response.status_code}"
                    asked = self._retry_after(response)
            except httpx.InvalidURL as error:
                raise GaveUpError(
                    "the server sends us to an address that cannot be read"
                ) from error
            except httpx.TimeoutException:
                reason = "the server did not answer in time"
            except (httpx.TransportError, CutOffError) as error:
                reason = str(error) or "the connection broke"
            if position() - kept >= _PROGRESS_BYTES:
                failures = 0
            kept, failures = position(), failures + 1
            self._wait(failures, asked=asked, reason=reason)

    def body(
        self, response: httpx.Response, *, most: int, seconds: float | None = None
    ) -> Iterator[bytes]:
        """The stored bytes of an answer, at most `most` of them and for at most `seconds`."""
        started, size = self.clock(), 0
        for chunk in response.iter_raw():
            size += len(chunk)
            self.received += len(chunk)
            if size > most:
                raise CutOffError("the server sent more than was asked for")
            if seconds is not None and self.clock() - started > seconds:
                raise CutOffError("the answer took too long")
            yield chunk

    @contextmanager
    def _open(self, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        if self._asked_before:
            self.sleep(self.limits.pause_s)
        self._asked_before = True
        target = self._resolved.get(url) or httpx.URL(url)
        for _ in range(self.limits.redirects + 1):
            self._may_ask(target)
            with self._http.stream("GET", target, headers=headers) as response:
                if not response.has_redirect_location:
                    if response.status_code in (200, 206):
                        self._resolved[url] = target
                    yield response
                    return
                target = target.join(response.headers["location"])
        raise GaveUpError("the server redirects in circles")

    def _may_ask(self, target: httpx.URL) -> None:
        if target.scheme not in ("http", "https"):
            raise GaveUpError(
                "the server sends us to an address that is not on the web, so it was not followed"
            )
        ours = (target.scheme, target.host, target.port) == (
            self._base.scheme,
            self._base.host,
            self._base.port,
        )
        if not ours and not (target.host in self.hosts and target.scheme == "https"):
            raise GaveUpError(
                f"the server sends us to {target.host}, which is not one of the publisher's hosts"
            )

    def _wait(self, failures: int, *, asked: float | None, reason: str) -> None:
        if failures >= self.limits.tries:
            raise GaveUpError(f"{reason}, {failures} times")
        if asked is not None and asked > self.limits.longest_wait_s:
            raise GaveUpError(f"{reason} and asks to wait {asked:.0f} seconds")
        grown = min(self.limits.first_wait_s * 2 ** (failures - 1), self.limits.longest_wait_s)
        self.sleep(max(asked or 0.0, grown * self.rng.uniform(0.5, 1.0)))

    def _retry_after(self, response: httpx.Response) -> float | None:
        text = response.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return float(text)
        try:
            when = parsedate_to_datetime(text)
        except ValueError:
            return None
        return max(
            0.0, (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - self.clock()
        )


def _usable(response: httpx.Response) -> httpx.Response:
    if response.status_code in NOT_THERE:
        raise NotThereError(f"the server answered {response.status_code}")
    if response.status_code not in (200, 206, 416):
        raise GaveUpError(f"the server answered {response.status_code}, which is not expected here")
    return response
