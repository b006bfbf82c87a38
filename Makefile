# `make check` is what CI runs, in an environment that has `pip install -e ".[test,lint]" -c constraints.txt`.
.PHONY: check lint types test wheel fast

check:
	.ci/check

lint types test wheel:
	.ci/check $@

# Seconds instead of minutes: no browser, no whole builds.
fast:
	pytest tests/unit tests/property tests/test_architecture.py
