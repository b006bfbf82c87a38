"""A small e-mail server on this computer: it keeps what it is sent, for tests."""

from __future__ import annotations

import contextlib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class MailBox:
    """What a server was told.

    Attributes:
        commands: every line before and after messages, without their bodies.
    """

    port: int = 0
    messages: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    is_encrypted: bool = False


class _Talk(socketserver.StreamRequestHandler):
    """One connection; the server holds what it shares: box, tls, refuses."""

    server: _MailServer

    def handle(self) -> None:
        self.say("220 test")
        while line := self.rfile.readline().decode(errors="replace").strip():
            word = line.split()[0].upper()
            self.server.box.commands.append(line)
            if word == self.server.refuses:
                self.say("451 not now")
            else:
                getattr(self, f"on_{word.lower()}", self.on_other)()
            if word == "QUIT":
                return

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
        self.wfile.flush()

    def on_ehlo(self) -> None:
        can_start = self.server.tls and not self.server.box.is_encrypted
        self.say("250-test", *(["250-STARTTLS"] if can_start else []), "250 AUTH PLAIN")

    def on_starttls(self) -> None:
        if self.server.tls is None:
            self.say("502 no")
            return
        self.say("220 go on")
        with contextlib.suppress(ssl.SSLError, OSError):
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
            self.server.box.is_encrypted = True
        self.setup()

    def on_auth(self) -> None:
        self.say("235 welcome")

    def on_data(self) -> None:
        self.say("354 go on")
        body = b""
        while (part := self.rfile.readline()) not in (b".\r\n", b""):
            body += part
        self.server.box.messages.append(body.decode())
        self.say("250 kept")

    def on_quit(self) -> None:
        self.say("221 bye")

    def on_other(self) -> None:
        self.say("250 ok")


class _MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None, refuses: str) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.box = MailBox(self.server_address[1])
        self.tls, self.refuses = tls, refuses


@contextmanager
def mail_server(*, tls: ssl.SSLContext | None = None, refuses: str = "") -> Iterator[MailBox]:
    """A server on 127.0.0.1 until the block ends.

    Args:
        tls: offer STARTTLS with this; None = do not. refuses: the command that it answers with a
            failure that may pass.
    """
    with _MailServer(tls, refuses) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.box
        finally:
            server.shutdown()
            thread.join()
