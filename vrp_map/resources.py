"""Where the files that travel with the code are: boundary layers, supplier files,
the application.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """Path of a top-level file or folder of the project, in a checkout or inside an installed
    wheel.

    A wheel carries them under `vrp_map/_shared/` (see `pyproject.toml`); a checkout has them beside
    the package.
    """
    packaged = _PACKAGE / "_shared" / name
    return packaged if packaged.exists() else _PACKAGE.parent / name
