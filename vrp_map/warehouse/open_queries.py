"""Which queries a reader for outsiders answers, and why each may be: all others count incidents,
and are refused.

A query over all incidents that an outsider's reader could ask would be a second look at them beside
the drawn ones (docs/decisions/0002).
"""

from __future__ import annotations

_PUBLIC = "boundaries, and what suppliers say of themselves: no incident is counted"
_FILES = "records of files, not of places; rounded before they are shown (`analysis.quality`)"

OPEN_QUERIES = {
    "areas": _PUBLIC,
    "area_names": _PUBLIC,
    "layers": _PUBLIC,
    "residents": _PUBLIC,
    "sources": _PUBLIC,
    "schema_version": _PUBLIC,
    "gazetteer": (
        "names of points in the order of their names; that a point exists is told (decision 2)"
    ),
    "places": "where points lie, and in which areas; that a point exists is told (decision 2)",
    "place_areas": "the same places",
    "snap_points": "points that a publisher moved incidents to: they are public",
    "loads": _FILES,
    "reasons": _FILES,
    "has_warnings": "one word: whether the store keeps such records",
    "warnings": _FILES,
}
