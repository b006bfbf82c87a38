"""The synthetic store for the page and route tests."""

from tests.demo_store import demo as demo
