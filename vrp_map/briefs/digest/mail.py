"""A digest by e-mail, through the operator's own server. The subject names no place.

The connection is encrypted, or stays on this computer: there is no falling back to plain text. The
password is read when it is needed, and stands in no setting, log or message.
"""

from __future__ import annotations

import hashlib
import json
import os
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.principal import is_loopback
from vrp_map.wording import day_words

STARTTLS, TLS, NONE = "starttls", "tls", "none"
_PORTS = {STARTTLS: 587, TLS: 465, NONE: 25}
_TIMEOUT_S = 30.0
_PASSWORD = "VRP_MAIL_PASSWORD"
_MOST_SENT = 500


class MailNotSent(UserError):
    """The server could not be reached, or did not take the message: worth trying again."""

    # As `sysexits.h` has it: a failure that may pass.
    exit_code = 75


@dataclass(frozen=True)
class MailServer:
    """Where messages go, and how."""

    host: str
    port: int
    tls: str
    sender: str
    user: str = ""
    password_file: str = ""


def mail_server(settings: Settings) -> MailServer:
    """The operator's server.

    Raises:
        UserError: which setting is missing or cannot be.
    """
    if not settings.mail_server or not settings.mail_from:
        raise UserError(
            "No e-mail server is set, so nothing was sent.",
            hint="Give the settings mail_server and mail_from.",
        )
    host, _, port = settings.mail_server.rpartition(":")
    if not host:
        host, port = settings.mail_server, ""
    if settings.mail_tls not in _PORTS:
        raise UserError(
            f"The setting mail_tls is {settings.mail_tls!r}.", hint="Give starttls, tls or none."
        )
    if port and not port.isdigit():
        raise UserError(
            "The setting mail_server has no number after the colon.",
            hint="Write it as smtp.example.org:587.",
        )
    if settings.mail_tls == NONE and not is_loopback(host.strip("[]")):
        raise UserError(
            "Without encryption a digest may not leave this computer, so nothing was sent.",
            hint="Set mail_tls to starttls or tls.",
        )
    number = int(port) if port else _PORTS[settings.mail_tls]
    return MailServer(
        host.strip("[]"),
        number,
        settings.mail_tls,
        _address(settings.mail_from),
        settings.mail_user,
        settings.mail_password_file,
    )


def digest_message(
    text: str, page: str, *, sender: str, to: Sequence[str], made: date
) -> EmailMessage:
    """The message: the plain text, and the page for those who show pages."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"Weekly digest of {day_words(made)}"
    message["From"] = _address(sender)
    message["To"] = ", ".join(_address(one) for one in to)
    # No machine answers it: no holiday replies to an address that nobody reads.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(page, subtype="html")
    return message


def _address(text: str) -> str:
    """An address, if it is one.

    Raises:
        UserError: it is none, or holds more than one line.
    """
    try:
        found = Address(addr_spec=text.strip())
    except (ValueError, IndexError):
        found = Address()
    if not found.username or not found.domain or any(c in text.strip() for c in "\r\n,;<> "):
        raise UserError(
            "An e-mail address cannot be read, so nothing was sent.",
            hint="Give each as name@example.org.",
        )
    return found.addr_spec


def send(message: EmailMessage, server: MailServer) -> None:
    """Hand a message to the server.

    Raises:
        MailNotSent: it did not take it. UserError: the password cannot be read.
    """
    password = _password_of(server) if server.user else ""
    try:
        with _connected(server) as line:
            if server.user:
                line.login(server.user, password)
            line.send_message(message)
    except smtplib.SMTPAuthenticationError:
        raise UserError(
            "The e-mail server refused the user or the password, so nothing was sent.",
            hint=f"Check mail_user, and mail_password_file or {_PASSWORD}.",
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise UserError(
            "The e-mail server offers no encryption or no sign-in, so nothing was sent.",
            hint="Set mail_tls as your server wants it.",
        ) from None
    except ssl.SSLError:
        raise UserError(
            "The e-mail server's certificate is not one to trust, so nothing was sent.",
            hint="Give the name that stands in its certificate.",
        ) from None
    except (OSError, smtplib.SMTPException) as error:
        raise MailNotSent(
            f"The e-mail server did not take the digest ({type(error).__name__}).",
            hint="Nothing was sent. Try again, or check mail_server.",
        ) from None


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    trusted = ssl.create_default_context()
    if server.tls == TLS:
        with smtplib.SMTP_SSL(
            server.host, server.port, timeout=_TIMEOUT_S, context=trusted
        ) as line:
            yield line
        return
    with smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_S) as line:
        if server.tls == STARTTLS:
            line.starttls(context=trusted)
        yield line


def _password_of(server: MailServer) -> str:
    if not server.password_file:
        found = os.environ.get(_PASSWORD, "")
    else:
        try:
            found = Path(server.password_file).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            raise UserError(
                "The file of the e-mail password cannot be read, so nothing was sent.",
                hint="Check the setting mail_password_file.",
            ) from None
    if not found:
        raise UserError(
            "The e-mail server has a user and no password, so nothing was sent.",
            hint=f"Give the setting mail_password_file, or {_PASSWORD}.",
        )
    return found


class SentDigests:
    """Which digests went out, by fingerprint: a timer that runs twice sends once.

    Args:
        folder: of the records. The file holds no word of a digest and no address.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "digests-sent.json"

    def holds(self, fingerprint: str) -> bool:
        return fingerprint in self._known()

    def add(self, fingerprint: str) -> None:
        known = [*self._known(), fingerprint][-_MOST_SENT:]
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(known), encoding="utf-8")
        new.replace(self._file)

    def _known(self) -> list[str]:
        try:
            held = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [str(one) for one in held] if isinstance(held, list) else []


def fingerprint(text: str, to: Sequence[str]) -> str:
    """The same for the same words to the same people."""
    told = "\0".join([text, *sorted(one.strip().casefold() for one in to)])
    return hashlib.sha256(told.encode()).hexdigest()
