"""Under the public addresses nobody gets the staff application's page, whatever is asked."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from vrp_map.web.middleware import Gate
from vrp_map.web.not_found import not_found_routes


@pytest.fixture
def client() -> TestClient:
    async def staff(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        await PlainTextResponse("the staff application")(scope, receive, send)

    async def pin(request: Request) -> PlainTextResponse:
        return PlainTextResponse("the pin page")

    routes = [
        Route("/pin/{code}", pin),
        Route("/api/pins", pin, methods=["POST"]),
        *not_found_routes(),
    ]
    app = Starlette(routes=[*routes, Mount("/", staff)], middleware=[Middleware(Gate, headers={})])
    return TestClient(app, base_url="http://evil.example", client=("10.0.0.9", 1))


@pytest.mark.parametrize(
    "path",
    [
        "/pin/x/y",
        "/pin/",
        "/pin//map/cells.json",
        "/voices/x",
        "/wall/a/b/c",
        "/api/wall/",
        "/healthz/more",
    ],
)
def test_a_mistyped_address_says_so(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404 and "nothing at this address" in answer.text


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/pins", "POST"),
        ("PUT", "/api/pins", "POST"),
        ("GET", "/api/pins/ABC", "DELETE"),
        ("PUT", "/voices", "GET, HEAD"),
        ("OPTIONS", "/api/pins", "POST"),
    ],
)
def test_a_method_that_is_not_taken_says_which_is(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 405 and answer.headers["allow"] == allowed


def test_what_is_there_is_still_there(client: TestClient) -> None:
    assert (
        client.get("/pin/DEMO").text == "the pin page"
        and client.post("/api/pins").text == "the pin page"
    )
    assert client.get("/map/cells.json").status_code == 403
