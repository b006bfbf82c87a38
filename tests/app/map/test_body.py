"""An answer of the map's data on the wire: whole, compressed where asked for, once, and not sent
again.
"""

from __future__ import annotations

import gzip
import json

import pytest
from starlette.datastructures import Headers

from vrp_map.web.map.body import NEVER_KEPT, body_of, response

_ROWS = [{"cell": f"89194e{n:06x}", "n": n, "name": "by Žižkov"} for n in range(500)]


@pytest.mark.parametrize("accepts", ["gzip, br", ""])
def test_a_browser_gets_what_was_found_as_it_can_read_it(accepts: str) -> None:
    answer = response(body_of(_ROWS), Headers({"accept-encoding": accepts}), cache="private")
    assert answer.headers.get("content-encoding", "") == ("gzip" if accepts else "")
    raw = bytes(answer.body)
    assert int(answer.headers["content-length"]) == len(raw)
    assert json.loads(gzip.decompress(raw) if accepts else raw) == _ROWS
    assert "Accept-Encoding" in answer.headers["vary"] and "Cookie" in answer.headers["vary"]


def test_what_a_browser_has_is_not_sent_again_and_what_changed_is() -> None:
    body = body_of(_ROWS)
    held = Headers({"if-none-match": body.tag, "accept-encoding": "gzip"})
    again = response(body, held, cache="private, no-cache")
    assert (again.status_code, again.body, again.headers["etag"]) == (304, b"", body.tag)
    changed = response(body_of(_ROWS[1:]), held, cache="private, no-cache")
    assert changed.status_code == 200 and changed.headers["etag"] != body.tag


def test_an_answer_that_nobody_may_keep_has_no_mark_to_ask_by() -> None:
    body = body_of(_ROWS)
    answer = response(body, Headers({"if-none-match": body.tag}), cache=NEVER_KEPT)
    assert answer.status_code == 200 and "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_a_few_words_are_sent_as_they_are() -> None:
    answer = response(body_of([]), Headers({"accept-encoding": "gzip"}), cache="private")
    assert bytes(answer.body) == b"[]" and "content-encoding" not in answer.headers


def test_what_is_written_already_is_not_written_again() -> None:
    body = body_of(_ROWS)
    assert body_of(body) is body
