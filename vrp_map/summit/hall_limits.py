"""Limits of a hall: pins a phone, requests an address, people an address."""

from __future__ import annotations

import ipaddress
import logging
import threading
from uuid import UUID

from vrp_map.common.rate_limits import ClientsPerAddress, Newcomers, RateLimit
from vrp_map.config import Settings
from vrp_map.principal import is_loopback
from vrp_map.summit.pins.pin import PinRefused

_log = logging.getLogger(__name__)
_FORGET_EVERY_S = 60.0
_WARN_EVERY_S = 3600.0
# More than a school has. Without an end, one laptop would fill the disk.
_MOST_PEOPLE = 2000
_CROWD = "Too many phones are using this connection. Please ask a youth worker for a paper form."
_OFTEN = "You sent a lot in a short time. Please wait a minute."


class HallLimits:
    """The limits of this process, for all its threads. Nothing of it is ever written.

    An address is that of the request; None = typed in by staff from paper, where one computer
    speaks for a whole hall. A clock is seconds that do not go back. What is too much raises
    PinRefused.
    """

    def __init__(self, settings: Settings) -> None:
        self._lock = threading.Lock()
        self._each = RateLimit(settings.pins_a_minute_each)
        self._address, self._deletes = (RateLimit(settings.pins_a_minute_address) for _ in range(2))
        self._company = ClientsPerAddress(settings.phones_an_address)
        self._everybody = ClientsPerAddress(_MOST_PEOPLE)
        self._newcomers = Newcomers()
        self._forgotten = 0.0
        self._warned: dict[UUID, float] = {}

    def a_request(self, address: str | None, *, clock: float) -> None:
        """Count what an address sends, before anybody reads it."""
        with self._lock:
            self._forget(clock)
            wait = self._address.wait(address, now=clock) if address is not None else 0.0
        _refuse(wait)

    def a_pin(self, contributor: str, *, clock: float) -> None:
        """Count a pin that is sent, whatever becomes of it."""
        with self._lock:
            wait = self._each.wait(contributor, now=clock)
        _refuse(wait)

    def is_extra(self, event: UUID, contributor: str, address: str | None, *, clock: float) -> bool:
        """Whether as many other people as count have pinned at an event from this address.

        This computer's own address is the paper desk's, the tests', or that of a proxy for
        everyone: nobody there is extra.

        Raises:
            PinRefused: more people than any hall has.
        """
        if address is None or is_loopback(address):
            return False
        at = f"{event}:{_place(address)}"
        with self._lock:
            if not self._everybody.takes(at, contributor, now=clock):
                raise PinRefused("too-many-phones", _CROWD, status=429)
            if self._company.takes(at, contributor, now=clock):
                return False
            is_news = clock - self._warned.get(event, -_WARN_EVERY_S) >= _WARN_EVERY_S
            if is_news:
                self._warned[event] = clock
        if is_news:
            _log.warning(
                "Several phones share one address. Their pins are saved, but do not count on the"
                " wall until staff say so on the page Events (docs/run-a-summit.md)."
            )
        return True

    def came(self, event: UUID, contributor: str, *, clock: float) -> None:
        """Note somebody whose pin is taken."""
        with self._lock:
            self._newcomers.come(event, contributor, now=clock)

    def newcomers(self, event: UUID, *, clock: float) -> int:
        """People who came to an event in the last minute, new since the server started."""
        with self._lock:
            return self._newcomers.within_a_minute(event, now=clock)

    def a_delete(self, address: str | None, *, clock: float) -> None:
        """Count a pin taken back.

        A hall may have one address, so the limit is that of a hall; codes are too long to be found
        by trying.
        """
        with self._lock:
            wait = self._deletes.wait(address, now=clock) if address is not None else 0.0
        _refuse(wait)

    def _forget(self, clock: float) -> None:
        if clock - self._forgotten > _FORGET_EVERY_S:
            self._warned = {e: at for e, at in self._warned.items() if clock - at < _WARN_EVERY_S}
            for limit in (self._each, self._address, self._deletes, self._company, self._everybody):
                limit.forget(now=clock)
            self._forgotten = clock


def _place(address: str) -> str:
    """What one device has for itself: an IPv4 address, or a whole /64 of IPv6."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def _refuse(wait: float) -> None:
    if wait:
        raise PinRefused("too-often", _OFTEN, status=429)
