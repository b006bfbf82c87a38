"""A refused address: a page of its own for a browser, a line of text for a program."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from vrp_map.errors import UserError
from vrp_map.web.refusal import refusal_page

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
TROUBLE = UserError("There is no area <b>Atlantis</b>.", hint="Choose one of the list.")


def asked(accept: str) -> Request:
    headers = [(b"accept", accept.encode())]
    return Request({"type": "http", "method": "GET", "path": "/brief", "headers": headers})


def test_a_browser_is_told_what_happened_what_to_do_and_the_way_back() -> None:
    answer = refusal_page(TROUBLE, asked(BROWSER), status=400)
    page = bytes(answer.body).decode()
    assert answer.status_code == 400 and answer.media_type == "text/html"
    assert "<h1>There is no area &lt;b&gt;Atlantis&lt;/b&gt;.</h1>" in page
    assert "<p>Choose one of the list.</p>" in page and '<a href="/">Back to the map</a>' in page
    assert "Accept" in answer.headers["Vary"] and answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("accept", ["*/*", "text/css,*/*;q=0.1", ""])
def test_anything_else_is_told_in_one_line(accept: str) -> None:
    answer = refusal_page(TROUBLE, asked(accept), status=403)
    assert answer.status_code == 403 and bytes(answer.body).decode() == str(TROUBLE)
