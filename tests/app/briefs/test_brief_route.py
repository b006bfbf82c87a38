"""`/brief` by its address: the months that the map would show, and it says which."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from vrp_map.server import this_server
from vrp_map.web.briefs.page import brief_routes

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def client() -> Iterator[TestClient]:
    application = Starlette(routes=brief_routes(this_server()))
    with TestClient(
        application, base_url="http://localhost", client=("127.0.0.1", 50000)
    ) as client:
        yield client


@pytest.mark.parametrize(
    ("months", "said"),
    [
        ("", "November 2025 to October 2026"),
        ("&to=2026-03", "April 2025 to March 2026"),
        ("&from=2026-03", "March 2026 to October 2026"),
        ("&from=2024-11&to=2025-01", "November 2024 to January 2025"),
    ],
)
def test_months_that_are_not_given_are_those_of_the_map(
    client: TestClient, months: str, said: str
) -> None:
    page = client.get(f"/brief?area=Coventry{months}").text
    assert f"Violence, {said} ·" in page and f"{said}</title>" in page


@pytest.mark.parametrize(
    ("months", "said"),
    [
        ("to=1999-12", "The data is of"),
        ("from=2099-01", "The data is of"),
        ("from=1999-01&to=1999-12", "The data is of"),
        ("from=2026-05&to=2026-01", "before it begins"),
        ("to=Monday", "month"),
    ],
)
def test_months_that_cannot_be_are_refused(client: TestClient, months: str, said: str) -> None:
    answer = client.get(f"/brief?area=Coventry&{months}")
    assert answer.status_code == 400 and said in answer.text
