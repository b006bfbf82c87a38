"""What a browser loads before the first staff page: Streamlit's scripts, compressed, and its frame
with what keeps the page still.

Streamlit sends its scripts as they are: 8.7 MB for the first visit of a map, 2.6 MB with gzip.
Their names hold a fingerprint of what they hold, so each is compressed once and kept.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import threading
from collections.abc import Sequence
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_KEPT = "public, immutable, max-age=31536000"
# Before the first of Streamlit's scripts, which no page of our own has. Without the address, a page
# other than the first asks below its own path for the server's health and options, and is refused
# twice.
_MARK = b'<script type="module" crossorigin src="./static/js/'
_HEAD = """<script>
      window.__streamlit = {{
        BACKEND_BASE_URL: location.origin + "/", LIGHT_THEME: {theme}, DARK_THEME: {theme}
      }}
    </script>
    """
# A font of Streamlit's own that no page of ours is written in: 171 kB of a first visit. The pages'
# own stands in the theme, from the first word on.
_FONT = re.compile(rb'<link\s+rel="preload"[^>]*as="font"[^>]*>\s*')
# What the upper part of the first page is put together from. Streamlit asks for these scripts only
# once it knows that it needs them, and for each one's imports after that.
_FIRST_PAGE = (
    "BidiComponent",
    "Html",
    "Selectbox",
    "TextInput",
    "Checkbox",
    "ButtonGroup",
    "Multiselect",
    "Button",
    "PageLink",
)
_IMPORT = re.compile(r'(?:from|import) ?"\./([\w.-]+\.js)"')
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_END = b"</body>"
_SCRIPT = re.compile(r"/static/(?:js|css)/[A-Za-z0-9][\w.-]*\.(?:js|css)")


def inline_scripts(files: Path, *, font: str = "") -> list[str]:
    """Streamlit's script and ours that stand in the frame itself, as a policy names them: by hash.

    Args:
        files, font: those of `StaffScripts`.
    """
    frame = (files / "index.html").read_text(encoding="utf-8") + _own_script(font)
    hashes = (hashlib.sha256(script.encode()).digest() for script in _INLINE.findall(frame))
    return [f"'sha256-{base64.b64encode(one).decode()}'" for one in hashes]


def _own_script(font: str) -> str:
    theme = json.dumps({"bodyFont": font, "headingFont": font} if font else {})
    return _HEAD.format(theme=theme)


def script_at(path: str, files: Path) -> Path | None:
    """The file of Streamlit's at an address; None for all other addresses."""
    file = files / path[1:]
    return file if _SCRIPT.fullmatch(path) and file.is_file() else None


class StaffScripts:
    """Answers for Streamlit's own scripts and its frame; everything else goes on."""

    def __init__(  # noqa: PLR0913 - what is put into the frame, by keyword
        self,
        app: ASGIApp,
        *,
        files: Path,
        css: str,
        parts: str = "",
        font: str = "",
        scripts: Sequence[str] = (),
        map_script: str = "",
        first_map: Sequence[str] = (),
    ) -> None:
        """Args:
        files: the folder of Streamlit's frame and scripts.
        font: the pages' font, as CSS names it.
        scripts: the addresses of those of our own that run before Streamlit's.
        map_script: the address of the module that draws a map, which the component asks for.
        first_map: the addresses of the modules that draw the map of the first page, the one that
            asks for the others first; they run before Streamlit's scripts are there.
        css: the pages' style sheet. They bring it themselves, but after their first elements,
            which would then jump to where it puts them. It stands at the end, as theirs does:
            Streamlit's rules are put into the head, and the later of two equals wins.
        parts: what else stands at the end, for our scripts: templates.
        """
        self._app, self._files = app, files
        ours = "".join(f'<script src="{one}" defer></script>' for one in scripts)
        where = f'<meta name="staff-map" content="{map_script}">' if map_script else ""
        self._head = (_own_script(font) + where + ours).encode()
        self._end = f"<style>{css}</style>{parts}".encode()
        needed = (*first_map, *_first_scripts(files))
        preloads = (f'<link rel="modulepreload" href="{one}">' for one in needed)
        early = f'<script type="module" src="{first_map[0]}"></script>' if first_map else ""
        self._map = ("".join(preloads) + early).encode()
        self._kept: dict[str, bytes] = {}
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if answer := await self._answer(scope["path"], headers):
            await answer(scope, receive, send)
        elif "text/html" in headers.get("accept", ""):
            head = self._head + (self._map if scope["path"] == "/" else b"")
            await self._app(scope, receive, _with_ours(send, head, self._end))
        else:
            await self._app(scope, receive, send)

    async def _answer(self, path: str, headers: Headers) -> Response | None:
        if "gzip" not in headers.get("accept-encoding", ""):
            return None
        # A hundred at once: no thread and no look at the disk for one that is there.
        packed = self._kept.get(path)
        if packed is None:
            file = script_at(path, self._files)
            if file is None:
                return None
            packed = await run_in_threadpool(self._compressed, path, file)
        return Response(
            packed,
            media_type=_KINDS[path[path.rindex(".") :]],
            headers={
                "Content-Encoding": "gzip",
                "Cache-Control": _KEPT,
                "Vary": "Accept-Encoding",
            },
        )

    def _compressed(self, path: str, file: Path) -> bytes:
        """A script's bytes, compressed by whoever asks first."""
        # Without the lock, the first page's many requests would do the same work side by side.
        with self._lock:
            if path not in self._kept:
                self._kept[path] = gzip.compress(file.read_bytes(), 9, mtime=0)
        return self._kept[path]


def _first_scripts(files: Path) -> list[str]:
    """The addresses of Streamlit's scripts for the first page, with all that they import."""
    folder = files / "static" / "js"
    wait = [file.name for name in _FIRST_PAGE for file in sorted(folder.glob(f"{name}.*.js"))]
    found: dict[str, None] = {}
    while wait:
        name = wait.pop(0)
        if name not in found and (folder / name).is_file():
            found[name] = None
            wait += _IMPORT.findall((folder / name).read_text(encoding="utf-8"))
    return [f"./static/js/{name}" for name in found]


def _with_ours(send: Send, head: bytes, end: bytes) -> Send:
    """Passes everything on, and puts our parts into Streamlit's frame on its way."""
    begun: Message | None = None
    parts: list[bytes] = []

    async def add(message: Message) -> None:
        nonlocal begun
        if message["type"] == "http.response.start" and _is_whole_page(message):
            begun = message
        elif begun is None or message["type"] != "http.response.body":
            await send(message)
        else:
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            headers = MutableHeaders(raw=begun["headers"])
            body = _changed(b"".join(parts), headers, head, end)
            await send(begun)
            await send({"type": "http.response.body", "body": body})

    return add


def _changed(sent: bytes, headers: MutableHeaders, head: bytes, end: bytes) -> bytes:
    """A page as it was sent, with our parts where it is Streamlit's frame; mends the headers.

    Args:
        head: what stands before the first script. end: what stands at the end.
    """
    is_compressed = headers.get("content-encoding") == "gzip"
    page = gzip.decompress(sent) if is_compressed else sent
    if _MARK not in page:
        return sent
    page = _FONT.sub(b"", page).replace(_MARK, head + _MARK, 1).replace(_END, end + _END, 1)
    body = gzip.compress(page, mtime=0) if is_compressed else page
    if "content-length" in headers:
        headers["Content-Length"] = str(len(body))
    # They are those of the file without our part.
    del headers["ETag"], headers["Last-Modified"]
    return body


def _is_whole_page(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return bool(start["status"] == 200) and kind.startswith("text/html")
