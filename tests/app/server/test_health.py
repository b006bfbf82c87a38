"""`/healthz`: what it says at this machine, and how little anywhere else."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from vrp_map.config import Settings
from vrp_map.views import hotspots as views
from vrp_map.web.health import health_routes
from vrp_map.web.middleware import Gate, security_headers

DISK_FULL = "The disk is full."


def asked(
    why: str | None,
    *,
    at_home: bool = True,
    headers: dict[str, str] | None = None,
    waits: str | None = None,
) -> tuple[int, dict[str, str]]:
    app = Starlette(
        routes=health_routes(lambda: why, waits=lambda: waits),
        middleware=[Middleware(Gate, headers=security_headers())],
    )
    address = ("127.0.0.1", 50000) if at_home else ("192.0.2.9", 50000)
    client = TestClient(
        app, base_url="http://localhost" if at_home else "http://192.0.2.7:8501", client=address
    )
    answer = client.get("/healthz", headers=headers or {})
    return answer.status_code, answer.json()


@pytest.fixture(autouse=True)
def store(demo: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRP_STORE", str(demo.store))


def test_all_is_well() -> None:
    snapshot = views.workspace().snapshot.id
    assert asked(None) == (200, {"status": "ok", "snapshot": snapshot, "records": "ok"})


def test_trouble_with_the_records_is_said_in_one_sentence() -> None:
    status, said = asked(DISK_FULL)
    assert (status, said["status"], said["records"]) == (503, "trouble", DISK_FULL)


def test_a_purge_that_waits_is_said_here_and_nowhere_else() -> None:
    assert asked(None, waits="Check the clock.")[1]["purge"] == "Check the clock."
    assert asked(None, waits="Check the clock.", at_home=False) == (200, {"status": "ok"})


def test_no_snapshot_is_said_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRP_STORE", "/nonexistent")
    status, said = asked(None)
    assert (status, said["status"], said["records"]) == (
        503,
        "no snapshot",
        "ok",
    ) and "vrp-map" in said["message"]


@pytest.mark.parametrize(("why", "word", "code"), [(None, "ok", 200), (DISK_FULL, "trouble", 503)])
def test_elsewhere_there_is_only_the_one_word(why: str | None, word: str, code: int) -> None:
    assert asked(why, at_home=False) == (code, {"status": word})
    assert asked(why, headers={"x-forwarded-for": "192.0.2.9"}) == (code, {"status": word}), (
        "a proxy is not home"
    )
