"""Wait for what a page shows, however slow the machine: for a state, never for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Page, Route

PATIENCE_S = 40.0
_STEP_MS = 100
T = TypeVar("T")


def until(page: Page, expression: str, *, arg: Any = None, patience_s: float = PATIENCE_S) -> None:
    """Wait until an expression (or function) of JavaScript is true in the page.

    Playwright's own waiting evaluates text inside the page on each look, which a page with a
    Content Security Policy refuses: there it holds only where the first look finds it true.

    Raises
    ------
    pytest.fail.Exception
        Where it is not true in time.
    """
    seen(page, lambda: page.evaluate(expression, arg), bool, patience_s=patience_s, of=expression)


def at_rest(page: Page) -> None:
    """Wait until the script of a staff page has run to its end: what is pressed before may be lost
    with the part that is drawn anew.
    """
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def becomes_true(page: Page, expression: str, *, arg: Any = None, patience_s: float) -> bool:
    """Whether an expression of JavaScript becomes true in a while."""
    try:
        until(page, expression, arg=arg, patience_s=patience_s)
    except pytest.fail.Exception:
        return False
    return True


def seen(
    page: Page,
    look: Callable[[], T],
    is_right: Callable[[T], bool],
    *,
    patience_s: float = PATIENCE_S,
    of: str = "what was waited for",
) -> T:
    """Look again and again, and give back what was right.

    Raises
    ------
    pytest.fail.Exception
        Where nothing was right in time.
    """
    last = time.monotonic() + patience_s
    while True:
        found = look()
        if is_right(found):
            return found
        if time.monotonic() > last:
            pytest.fail(f"not seen in {patience_s:g} s: {of[:200]}")
        page.wait_for_timeout(_STEP_MS)


def hold(page: Page, addresses: str) -> Callable[[], None]:
    """Let a page wait for what it asks for at some addresses, till what is given back is called."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    def let_go() -> None:
        for route in held:
            route.continue_()
        page.unroute(addresses, keep)

    page.route(addresses, keep)
    return let_go
