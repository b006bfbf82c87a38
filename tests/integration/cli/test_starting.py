"""The command line starts without what only some commands need."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("pandas", "numpy", "scipy", "sklearn", "geopandas", "shapely", "duckdb", "streamlit")


@pytest.mark.parametrize(
    "code",
    [
        "import vrp_map.cli",
        "from vrp_map.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass",
    ],
)
def test_nothing_heavy_is_loaded_at_the_start(code: str) -> None:
    script = f"{code}\nimport sys\nfor m in {HEAVY}: assert m not in sys.modules, m"
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)


def test_what_the_package_offers_is_there_when_it_is_asked_for() -> None:
    script = (
        "import vrp_map\n"
        "assert set(vrp_map.__all__) <= set(dir(vrp_map))\n"
        "assert all(getattr(vrp_map, name) is not None for name in vrp_map.__all__)\n"
        "try: vrp_map.nothing\n"
        "except AttributeError: pass\n"
        "else: raise SystemExit(1)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
