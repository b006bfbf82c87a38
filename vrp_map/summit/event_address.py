"""Where phones find an event, in letters and as a QR code. Pure: no network is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vrp_map.errors import UserError
from vrp_map.principal import is_loopback

if TYPE_CHECKING:
    import segno


NOT_FOR_PHONES = "Phones cannot open this address: only this computer can. Start the map again with"
FOR_PHONES = "vrp-map serve --host 0.0.0.0 --public-url http://THIS-COMPUTER:8501"
SAYS_HOW = "(docs/run-a-summit.md says how)."
# The border is the empty modules round the code that the standard asks for: cameras need them.
_LOOK: dict[str, Any] = {"border": 4, "dark": "#000", "light": "#fff"}


@dataclass(frozen=True)
class EventAddress:
    """The address of an event's pin page.

    Attributes:
        url: in full, as the QR code holds it.
        for_phones: False where it is this computer's own name for itself, which no phone can open.
    """

    url: str
    for_phones: bool

    @property
    def shown(self) -> str:
        """As people read and type it: without the scheme."""
        return self.url.partition("://")[2]

    @property
    def short(self) -> str:
        """Where the code is typed in: less to type, and in larger letters on a screen."""
        return self.shown.rpartition("/")[0]

    def qr(self) -> str:
        """The QR code as an `<svg>` that fills its box: black on white, no script."""
        return self._code().svg_inline(omitsize=True, svgclass="qr", lineclass="", **_LOOK)

    def qr_picture(self) -> str:
        """The same as a `data:` address, for pages that let no `<svg>` through."""
        return self._code().svg_data_uri(scale=8, **_LOOK)

    def _code(self) -> segno.QRCode:
        import segno

        return segno.make(self.url, error="m", micro=False)


def event_address(
    code: str, *, public_url: str, asked_at: str, table: int | None = None
) -> EventAddress:
    """The address of an event's pin page.

    Args:
        public_url: the setting; empty = where the page that asks was opened.
        asked_at: scheme and host of that page: "http://localhost:8501".
        table: the number of the table whose card it is for; None = everyone's.
    """
    base = checked_url(public_url) if public_url else asked_at.rstrip("/")
    return EventAddress(
        f"{base}/pin/{code}{f'?table={table}' if table else ''}", for_phones=for_phones(base)
    )


def for_phones(base: str) -> bool:
    """Whether an address can be another computer's way here: not this one's own name for itself.

    Raises:
        UserError: it is no address.
    """
    host = urlsplit(checked_url(base)).hostname
    return not is_loopback(host) and host not in ("0.0.0.0", "::")


def checked_url(public_url: str) -> str:
    """The setting `public_url` without a slash at its end.

    Raises:
        UserError: it is no address that a phone can open.
    """
    try:
        parts = urlsplit(public_url.strip())
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
    ):
        raise UserError(
            f"The setting public_url ({public_url!r}) is not an address that phones can open.",
            hint="Write it like http://192.168.1.20:8501.",
        )
    return f"{parts.scheme}://{parts.netloc}"
