"""Windows of the browser that tests use one after the other.

A new window costs half a second of a processor, and one that has not shown the staff pages yet
reads all their scripts: more than everything else that a page does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

_DEFAULT_SIZE = {"width": 1280, "height": 720}
_PATIENCE_MS = 60_000
_FREE: WeakKeyDictionary[Browser, dict[str, list[Page]]] = WeakKeyDictionary()


@contextmanager
def window(
    browser: Browser,
    *,
    viewport: Any = None,
    color_scheme: Any = "light",
    script: str = "",
    is_new: bool = False,
    **kind: Any,
) -> Iterator[Page]:
    """A page without storage, cookies or routes of a test before it, in a window that may be used.

    Args:
        script: runs before those of each page. is_new: the window is this test's alone, as that of
        each phone is: for tests that weigh what a first visit loads, stop the clock, or add what
        stays with a window.
        kind: further options of the browser's context.
    """
    # A phone's window that a finger has moved does not always draw the next page.
    is_new = is_new or bool(kind.get("is_mobile"))
    free = _FREE.setdefault(browser, {}).setdefault(repr((sorted(kind.items()), script)), [])
    page = free.pop() if free and not is_new else _new(browser, script, kind)
    page.set_viewport_size(viewport or _DEFAULT_SIZE)
    page.emulate_media(media="null", color_scheme=color_scheme, reduced_motion="null")
    page.set_default_timeout(_PATIENCE_MS)
    try:
        yield page
        is_free = not is_new and _cleared(page)
    except BaseException:
        page.context.close()
        raise
    if is_free:
        free.append(page)
    else:
        page.context.close()


def _new(browser: Browser, script: str, kind: dict[str, Any]) -> Page:
    context = browser.new_context(**kind)
    if script:
        context.add_init_script(script)
    return context.new_page()


def _cleared(page: Page) -> bool:
    """Whether nothing is left of a test: of one that ended on a server which still answers."""
    origin = urlsplit(page.url)
    if origin.scheme != "http" or page.is_closed():
        return False
    for other in page.context.pages:
        if other != page:
            other.close()
    page.context.set_offline(False)
    page.unroute_all(behavior="ignoreErrors")
    page.context.unroute_all(behavior="ignoreErrors")
    try:
        # A page that is left may still keep a draft: storage is emptied on the next one.
        page.goto(f"{origin.scheme}://{origin.netloc}/healthz")
    except PlaywrightError:
        return False
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.context.clear_cookies()
    page.mouse.move(0, 0)
    return True
