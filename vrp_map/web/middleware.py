"""Two things every answer has in common: who may ask, and the security headers."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vrp_map.common.fault_place import fault_place
from vrp_map.errors import NotAllowed
from vrp_map.principal import check_is_here
from vrp_map.web.start_key import has_key, set_cookie, without_key

# Streamlit runs the scripts of components from blobs, which markup cannot make; styles and one font
# are inline. `connect-src 'self'` is what keeps the map's data, and the browser, on this machine.
_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'none'",
    "frame-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def security_headers(tiles_url: str = "", *, inline: Sequence[str] = ()) -> dict[str, str]:
    """Headers of every response; only the operator's tile server is allowed outside.

    Args:
        inline: hashes of the scripts that may stand in a page itself (`inline_scripts`).
    """
    parts = urlsplit(tiles_url)
    tiles = f" {parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""
    more = {"img-src": tiles, "script-src": "".join(f" {one}" for one in inline)}
    policy = {name: value + more.get(name, "") for name, value in _POLICY.items()}
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "geolocation=(), camera=(), microphone=(), payment=(), usb=()",
    }


# An address with nothing after the server's name most likely comes from a phone in the hall.
_PIN = "To put a pin at an event, add /pin to this address."
_NO_KEY = (
    "This page needs a key. Go to the window where the map was started, and open the whole address"
    " that it printed, with the key at the end."
)
_log = logging.getLogger(__name__)
_FAULT = (
    "The server could not answer. The fault is ours. Try again. If it happens again, tell the"
    " person who runs this map."
)
# What a young person's phone needs, and nothing else: it is nobody here, and brings no cookie.
PUBLIC = (
    "/basemap",
    "/pin",
    "/api/pins",
    "/api/openapi.json",
    "/wall/",
    "/api/wall/",
    "/voices",
    "/pilot/",
    "/healthz",
)


def is_public(path: str) -> bool:
    """Whether anybody may ask for this path, on any machine. Paths that climb are nobody's."""
    return ".." not in path and any(
        path == start or path.startswith(start.rstrip("/") + "/") for start in PUBLIC
    )


class Gate:
    """Refuses requests without a principal, except on public paths; adds the headers."""

    def __init__(self, app: ASGIApp, *, headers: Mapping[str, str], key: str = "") -> None:
        """Args:
        key: asked for on all but the public paths (`start_key`); empty = none.
        """
        self._app = app
        self._key = key
        self._headers = dict(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http" and is_public(scope["path"]):
            await self._answer(scope, receive, send)
            return
        try:
            headers = Headers(scope=scope)
            check_is_here((scope.get("client") or (None,))[0], headers)
            if scope["type"] == "websocket":
                _check_origin(headers)
            if self._key and not has_key(headers.get("cookie", ""), self._key):
                await self._ask_for_key(scope, receive, send)
                return
        except NotAllowed as refusal:
            await self._refuse(str(refusal), scope, receive, send)
            return
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application's answer with the headers; also for a fault of ours."""
        begun = False

        async def note(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        with_headers = self._with_headers(note)
        try:
            await self._app(scope, receive, with_headers)
        except Exception as fault:
            place = fault_place(fault)
            # Not its address: the one that deletes a pin holds the pin's code.
            _log.error("A request could not be answered: %s", place)
            if begun:
                # The connection must end; what the server logs of it holds no message of a library.
                raise RuntimeError(place) from None
            await PlainTextResponse(_FAULT, status_code=500)(scope, receive, with_headers)

    async def _ask_for_key(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the key from the address, once, and let the browser keep it; without it, refuse."""
        query = scope.get("query_string", b"").decode("latin-1")
        left = (
            without_key(query, self._key)
            if scope["type"] == "http" and scope["method"] == "GET"
            else None
        )
        if left is None:
            raise NotAllowed(_NO_KEY)
        # A path that begins with two slashes would be another site's address.
        path = "/" + quote(scope["path"].lstrip("/"))
        answer = RedirectResponse(f"{path}?{left}" if left else path, status_code=303)
        answer.headers["Set-Cookie"] = set_cookie(
            self._key, is_encrypted=scope.get("scheme") == "https"
        )
        answer.headers["Cache-Control"] = "no-store"
        await answer(scope, receive, self._with_headers(send))

    async def _refuse(self, words: str, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "not allowed"})
            return
        if scope["path"] == "/":
            words = f"{words}\n\n{_PIN}"
        await PlainTextResponse(words, status_code=403)(scope, receive, self._with_headers(send))

    def _with_headers(self, send: Send) -> Send:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    # A route may hold its own page to a stricter policy than the pages of Streamlit
                    # can bear.
                    headers.setdefault(name, value)
            await send(message)

        return add


def is_own_page(headers: Headers) -> bool:
    """Whether no other site's page sent this: browsers always name their own."""
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == headers.get("host")
    except ValueError:
        return False


def _check_origin(headers: Headers) -> None:
    """Another site's page, open in the browser of this computer, gets no WebSocket.

    Streamlit refuses it too, but only after it has asked a server on the internet for this
    computer's address there.
    """
    if not is_own_page(headers):
        raise NotAllowed("This page belongs to another site.")
