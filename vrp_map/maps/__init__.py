"""Maps from `Protected` tables: the rows and the deck.gl picture of the page, and an HTML map to mail round."""

from vrp_map.maps.classes import (
    CLASSES,
    DARK,
    HIDDEN_WORDS,
    HOTSPOT_INDEX,
    LIGHT,
    SPACING_M,
    Theme,
    class_limits,
    class_words,
    count_class,
    ramp_step,
    theme,
)
from vrp_map.maps.deck import Deck, Sources, deck, style
from vrp_map.maps.offline import offline_html
from vrp_map.maps.rows import (
    PLACE_ZOOMS,
    area_labels,
    area_outlines,
    cell_rows,
    hidden_rows,
    hotspot_counts,
    hotspot_outlines,
    in_tile,
    label_points,
    place_points,
)
from vrp_map.maps.scale import View, fit, scale_bar

__all__ = [
    "CLASSES",
    "DARK",
    "HIDDEN_WORDS",
    "HOTSPOT_INDEX",
    "LIGHT",
    "PLACE_ZOOMS",
    "SPACING_M",
    "Deck",
    "Sources",
    "Theme",
    "View",
    "area_labels",
    "area_outlines",
    "cell_rows",
    "class_limits",
    "class_words",
    "count_class",
    "deck",
    "fit",
    "hidden_rows",
    "hotspot_counts",
    "hotspot_outlines",
    "in_tile",
    "label_points",
    "offline_html",
    "place_points",
    "ramp_step",
    "scale_bar",
    "style",
    "theme",
]
