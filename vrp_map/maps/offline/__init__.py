"""HTML maps to mail round: one file each, opened without the internet."""

from vrp_map.maps.offline.cells import offline_html

__all__ = ["offline_html"]
