# `make check` is what CI runs, in an environment that has `pip install -e ".[test,lint]" -c constraints.txt`.
.PHONY: check lint types test fast

check: lint types test

lint:
	ruff check .
	ruff format --check .

types:
	mypy

test:
	pytest

# Seconds instead of minutes: no browser, no whole builds.
fast:
	pytest tests/unit tests/property tests/test_architecture.py
