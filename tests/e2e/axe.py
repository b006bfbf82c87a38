"""What axe finds against a page: asked in one place, and for nothing but that."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def violations(page: Page, *rules: str, part: Any = None) -> list[dict[str, Any]]:
    """The rules that a page breaks, each with its elements.

    Args:
        rules: sets of rules, all where none is named. part: axe's context, such as what to leave.
    """
    # To tell of what is right as well takes axe three times as long.
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    found: list[dict[str, Any]] = Axe().run(page, part, options=options).response["violations"]
    return found
