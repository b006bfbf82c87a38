"""Looks beside a server's life: at once, again, never loud, and over when the server is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest

from vrp_map.common.watches import with_watch


def serve(look: object, until: threading.Event, *, every_s: float) -> list[str]:
    """Run a server's life until something has happened; what became of the life beside it."""
    life: list[str] = []

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        life.append("began")
        yield
        life.append("ended")

    async def run() -> None:
        async with with_watch(lifespan, look, every_s=every_s)(None):  # type: ignore[arg-type]
            assert await asyncio.to_thread(until.wait, 10)

    # A browser test leaves a loop of its own in this thread.
    with ThreadPoolExecutor() as pool:
        pool.submit(asyncio.run, run()).result()
    return life


def test_it_looks_at_once_and_the_life_goes_on() -> None:
    looked = threading.Event()
    assert serve(looked.set, looked, every_s=3600) == ["began", "ended"]


def test_a_look_that_fails_is_told_by_its_kind_alone_and_there_is_another(
    caplog: pytest.LogCaptureFixture,
) -> None:
    looks, third = [], threading.Event()

    def look() -> None:
        looks.append(1)
        if len(looks) >= 3:
            third.set()
        raise ValueError("a row's value")

    assert serve(look, third, every_s=0) == ["began", "ended"]
    assert "did not work: ValueError" in caplog.text and "a row's value" not in caplog.text
