"""A small web server on 127.0.0.1 that plays data.police.uk, well and badly behaved."""

from __future__ import annotations

import hashlib
import io
import re
import threading
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime"
    " type\n"
)


def street_csv(month: str, force: str, *, rows: int = 40) -> bytes:
    """A made-up street file; its text differs between months and forces."""
    lines = (
        f"{hashlib.sha256(f'{month}{force}{n}'.encode()).hexdigest()},{month},{force},{force},-1.9,52.5,x,,,Robbery\n"
        for n in range(rows)
    )
    return (HEADER + "".join(lines)).encode()


def archive_zip(members: Mapping[str, bytes], *, padding: int = 0) -> bytes:
    """A zip of `members`; `padding` stored bytes in front stand for the other forces' files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
        if padding:
            target.writestr(zipfile.ZipInfo("padding.bin"), bytes(padding))
    return out.getvalue()


def month_members(months: list[str], forces: list[str]) -> dict[str, bytes]:
    return {f"{m}/{m}-{f}-street.csv": street_csv(m, f) for m in months for f in forces}


@dataclass(frozen=True)
class Play:
    """One badly behaved answer: a status with headers, a body cut after `cut` bytes, a silent
    server, or (`whole`) the whole file where a range was asked for.
    """

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    silent: bool = False
    whole: bool = False


@dataclass
class Asked:
    path: str
    headers: Mapping[str, str]
    client: tuple[str, int]
    status: int = 0
    sent: int = 0


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is part of the play."""


class ArchiveServer:
    """`files` are served with ETag and byte ranges; `plays[path]` are answers to give first, one a
    request.

    `asked` is every request in order. `ranges = False` plays a server that ignores `Range`.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.plays: dict[str, list[Play]] = {}
        self.asked: list[Asked] = []
        self.ranges = True
        self.most_at_once = 0
        self._open: set[tuple[str, int]] = set()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._http = _Http(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._http.shutdown()
        self._http.server_close()

    def publish(self, month: str, members: Mapping[str, bytes], *, padding: int = 0) -> str:
        """Put an archive up and list it; returns its path."""
        path = f"/data/archive/{month}.zip"
        self.files[path] = archive_zip(members, padding=padding)
        listed = sorted(p for p in self.files if p.endswith(".zip"))
        rows = "".join(f'<tr><td><a href="{p}">{p[-11:-4]}</a></td></tr>' for p in listed)
        self.files["/data/archive/"] = f"<html><table>{rows}</table></html>".encode()
        return path

    def asked_for(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]


def _handler(  # noqa: C901 - a class of small methods is counted as one function
    server: ArchiveServer,
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body are two writes: without this every answer waits 40 ms for an
        # acknowledgement.
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            with server._lock:
                server._open.add(self.client_address)
                server.most_at_once = max(server.most_at_once, len(server._open))

        def finish(self) -> None:
            with server._lock:
                server._open.discard(self.client_address)
            super().finish()

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            asked = Asked(self.path, dict(self.headers.items()), self.client_address)
            server.asked.append(asked)
            plays = server.plays.get(self.path, [])
            play = plays.pop(0) if plays else Play()
            if play.silent:
                server._over.wait(10)
                self.close_connection = True
                return
            if play.status:
                return self._send(asked, play.status, dict(play.headers), b"busy")
            if self.path not in server.files:
                return self._send(asked, 404, {}, b"no such file")
            self._file(asked, server.files[self.path], play)

        def _file(self, asked: Asked, content: bytes, play: Play) -> None:
            etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
            wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
            headers = {"ETag": etag}
            if play.whole or not (
                server.ranges and wanted and self.headers.get("If-Range", etag) == etag
            ):
                return self._send(asked, 200, headers, content, cut=play.cut)
            size = len(content)
            start = int(wanted[1]) if wanted[1] else max(0, size - int(wanted[2]))
            end = min(int(wanted[2]) + 1, size) if wanted[1] and wanted[2] else size
            if start >= size:
                return self._send(asked, 416, {"Content-Range": f"bytes */{size}"}, b"")
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
            self._send(asked, 206, headers, content[start:end], cut=play.cut)

        def _send(
            self,
            asked: Asked,
            status: int,
            headers: dict[str, str],
            body: bytes,
            *,
            cut: int | None = None,
        ) -> None:
            asked.status = status
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body if cut is None else body[:cut])
                asked.sent = len(body)
            except OSError:
                self.close_connection = True
            if cut is not None:
                self.close_connection = True

    return Handler
