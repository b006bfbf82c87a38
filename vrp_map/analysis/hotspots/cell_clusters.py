"""Named areas of hot hexagons: the second table of `gi_star`, asked for by its own name."""

from __future__ import annotations

from vrp_map.analysis.hotspots.gi_star import run_clusters as run

__all__ = ["run"]
