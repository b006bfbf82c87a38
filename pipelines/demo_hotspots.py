"""The hotspots planted in the demo: where, how large, of what and with which trend."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.demo_places import Areas, Points, points_around

FILE = "demo_planted.toml"
POINTS_PER_HOTSPOT = 12
NEW_MONTHS = 6
_RISE = 0.6


@dataclass(frozen=True)
class Hotspot:
    """One entry of `demo_planted.toml`; degrees (EPSG:4326), metres, incidents a month."""

    name: str
    lon: float
    lat: float
    radius_m: float
    extra_per_month: float
    trend: str
    mix: Mapping[str, float]

    def monthly_means(self, months: int) -> np.ndarray:
        """Expected extra incidents of each month; their mean over the active months is
        `extra_per_month`.
        """
        ramp = np.linspace(-_RISE, _RISE, months) if months > 1 else np.zeros(1)
        shape = {
            "steady": np.ones(months),
            "rising": 1 + ramp,
            "falling": 1 - ramp,
            "new": (np.arange(months) >= months - NEW_MONTHS).astype(float),
        }[self.trend]
        return shape * self.extra_per_month

    def points(self, *, lsoas: Areas, lads: Areas, rng: np.random.Generator) -> Points:
        """Its own snap points."""
        return points_around(
            self.lon,
            self.lat,
            radius_m=self.radius_m,
            count=POINTS_PER_HOTSPOT,
            lsoas=lsoas,
            lads=lads,
            rng=rng,
        )


@dataclass(frozen=True)
class Plan:
    """Everything in `demo_planted.toml`."""

    hotspots: tuple[Hotspot, ...]
    default_location: Mapping[str, Any]
    outside: Mapping[str, Any]


def load_plan(file: Path | None = None) -> Plan:
    """Read the table of what to plant."""
    table = tomllib.loads((file or Path(__file__).with_name(FILE)).read_text(encoding="utf-8"))
    spots = tuple(Hotspot(**{**row, "mix": table["mixes"][row["mix"]]}) for row in table["hotspot"])
    return Plan(spots, table["default_location"], table["outside"])


def zipf(count: int) -> np.ndarray:
    """Cumulative shares of `count` places, the k-th as busy as 1/k: few places hold most incidents,
    as in reality.
    """
    shares: np.ndarray = np.cumsum(1 / np.arange(1, count + 1))
    shares /= shares[-1]
    return shares


def categories_drawn(
    mix: Mapping[str, float], categories: Sequence[str], count: int, *, rng: np.random.Generator
) -> np.ndarray:
    """Positions in `categories` of `count` incidents drawn from a mix of slugs."""
    positions = np.array([categories.index(slug) for slug in mix])
    shares = np.array(list(mix.values()))
    return positions[rng.choice(len(positions), size=count, p=shares / shares.sum())]
