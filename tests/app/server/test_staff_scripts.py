"""Streamlit's scripts go out compressed, once made; its frame says where the server is."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from vrp_map.web.middleware import security_headers
from vrp_map.web.staff_scripts import StaffScripts, inline_scripts, script_at

_STATIC = Path(streamlit.__file__).parent / "static"
_ENTRY = re.search(r"/static/js/index[\w.-]+\.js", (_STATIC / "index.html").read_text())

# A page of our own has scripts too, and allows nothing inline.
_OURS = '<script type="module" src="/pin/static/0/pin.js"></script></body>'


@pytest.fixture
def client() -> TestClient:
    async def word(_: object) -> PlainTextResponse:
        return PlainTextResponse("a word")

    async def ours(_: object) -> HTMLResponse:
        return HTMLResponse(_OURS, headers={"ETag": '"ours"'})

    routes = [Route("/word", word), Route("/ours", ours)]
    inner = Starlette(
        routes=[*routes, Mount("/", StaticFiles(directory=_STATIC, html=True))],
        # As in Streamlit's own server, whose compression lies further in.
        middleware=[
            Middleware(
                StaffScripts,
                files=_STATIC,
                css=".x { color: red }",
                parts="<template></template>",
                font="A font",
                scripts=["/ours.js"],
                map_script="/map.js",
                first_map=["/first.js", "/map.js"],
            ),
            Middleware(GZipMiddleware),
        ],
    )
    return TestClient(inner)


def test_a_script_goes_out_compressed_and_is_kept_by_the_browser(client: TestClient) -> None:
    assert _ENTRY is not None
    plain = (_STATIC / _ENTRY[0][1:]).read_bytes()
    for _ in range(2):
        answer = client.get(_ENTRY[0], headers={"accept-encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["vary"] == "Accept-Encoding"
        assert int(answer.headers["content-length"]) < len(plain) / 2
        assert answer.content == plain
    assert client.get(_ENTRY[0], headers={"accept-encoding": ""}).content == plain


@pytest.mark.parametrize("encoding", ["gzip", ""])
def test_the_frame_says_where_the_server_is_before_the_first_script(
    client: TestClient, encoding: str
) -> None:
    answer = client.get("/", headers={"accept": "text/html", "accept-encoding": encoding})
    assert answer.headers.get("content-encoding", "") == encoding
    assert answer.text.index("BACKEND_BASE_URL") < answer.text.index('<script type="module"')
    ours = answer.text.index('<script src="/ours.js" defer></script>')
    assert ours < answer.text.index('<script type="module"')
    assert answer.text.count('"bodyFont": "A font"') == 2
    assert 'as="font"' in (_STATIC / "index.html").read_text() and 'as="font"' not in answer.text
    # The first page has a map: its scripts are asked for at once, and where the first lies is said.
    needed = re.findall(r'<link rel="modulepreload"[^>]*href="([^"]+)"', answer.text)
    streamlits = [_STATIC / one.removeprefix("./") for one in needed if one.startswith("./")]
    assert [one for one in streamlits if one.name.startswith("BidiComponent")]
    assert not [one for one in streamlits if not one.is_file()]
    assert [one for one in needed if one.startswith("/")] == ["/first.js", "/map.js"]
    assert '<script type="module" src="/first.js"></script>' in answer.text
    assert '<meta name="staff-map" content="/map.js">' in answer.text
    # After Streamlit's own rules, which its scripts put into the head: the later of equals wins.
    assert "<style>.x { color: red }</style><template></template></body>" in answer.text
    other = client.get("/none", headers={"accept": "text/html"})
    assert "<template>" in answer.text and "/first.js" not in other.text
    # A browser that kept the file's own mark would be told that nothing has changed.
    assert "etag" not in answer.headers and "last-modified" not in answer.headers


def test_what_stands_in_the_frame_may_run_and_no_other_text(client: TestClient) -> None:
    page = client.get("/", headers={"accept": "text/html"}).text
    inline = re.findall(r"<script(?![^>]* src=)[^>]*>(.*?)</script>", page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in inline]
    allowed = inline_scripts(_STATIC, font="A font")
    assert len(inline) == 2 and {f"'sha256-{one}'" for one in hashes} == set(allowed)
    assert set(inline_scripts(_STATIC)) != set(allowed)
    policy = security_headers(inline=allowed)["Content-Security-Policy"].split("; ")
    (scripts,) = (one for one in policy if one.startswith("script-src"))
    assert "unsafe" not in scripts and set(scripts.split()[1:]) == {"'self'", "blob:", *allowed}
    assert [one for one in policy if "unsafe" in one] == ["style-src 'self' 'unsafe-inline'"]


def test_everything_else_is_as_it_was(client: TestClient) -> None:
    html = {"accept": "text/html"}
    assert client.get("/word", headers=html).text == "a word"
    ours = client.get("/ours", headers=html)
    assert (ours.text, ours.headers["etag"]) == (_OURS, '"ours"')
    assert client.head("/", headers=html).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/static/js/../index.html",
        "/static/js/..%2f..%2f__init__.js",
        "/static/js/.hidden.js",
        "/static/media/x.js",
        "/static/js/none.js",
        "/pin/static/js/x.js",
        "/static/js//x.js",
        "/static/js/x.js\n",
    ],
)
def test_no_other_file_is_read(path: str) -> None:
    assert script_at(path, _STATIC) is None


@pytest.mark.parametrize("which", [min, max])
def test_what_is_compressed_is_the_file_the_smallest_too(
    client: TestClient, which: Callable[..., Path]
) -> None:
    file = which((_STATIC / "static" / "js").glob("*.js"), key=lambda one: one.stat().st_size)
    for _ in range(2):
        path = f"/static/js/{file.name}"
        with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
            raw = b"".join(answer.iter_raw())
        assert gzip.decompress(raw) == file.read_bytes()
