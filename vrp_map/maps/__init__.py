"""Maps from `Protected` tables: the rows and the deck.gl picture of the page, and an HTML map to
mail round.
"""

from vrp_map.maps.classes import (
    CLASSES,
    DARK,
    HOTSPOT_INDEX,
    LIGHT,
    SPACING_M,
    Palette,
    class_limits,
    class_words,
    count_class,
    ramp_step,
    theme,
)
from vrp_map.maps.deck import Deck, Sources, deck, fill_alpha
from vrp_map.maps.emerging import (
    GROUPS,
    NO_GROUP,
    ClassGroup,
    emerging_group,
    emerging_rows,
    emerging_sentence,
    group_counts,
    has_emerging,
)
from vrp_map.maps.groups import CellGroup, group_deck
from vrp_map.maps.marks import hotspot_numbers, number_layer
from vrp_map.maps.offline import offline_html
from vrp_map.maps.rows import (
    PLACE_ZOOMS,
    area_labels,
    area_outlines,
    cell_rows,
    hidden_rows,
    hotspot_counts,
    hotspot_outlines,
    hotspot_words,
    in_tile,
    is_checked,
    is_hatched,
    label_points,
    place_points,
)
from vrp_map.maps.scale import View, fit, scale_bar, tile_scale
from vrp_map.maps.snap_areas import SNAP_WORDS, SNAP_ZOOM, snap_areas
from vrp_map.maps.streets import NAME_TIERS, OVER_STREETS, name_points, style

__all__ = [
    "CLASSES",
    "DARK",
    "GROUPS",
    "HOTSPOT_INDEX",
    "LIGHT",
    "NAME_TIERS",
    "NO_GROUP",
    "OVER_STREETS",
    "PLACE_ZOOMS",
    "SNAP_WORDS",
    "SNAP_ZOOM",
    "SPACING_M",
    "CellGroup",
    "ClassGroup",
    "Deck",
    "Palette",
    "Sources",
    "View",
    "area_labels",
    "area_outlines",
    "cell_rows",
    "class_limits",
    "class_words",
    "count_class",
    "deck",
    "emerging_group",
    "emerging_rows",
    "emerging_sentence",
    "fill_alpha",
    "fit",
    "group_counts",
    "group_deck",
    "has_emerging",
    "hidden_rows",
    "hotspot_counts",
    "hotspot_numbers",
    "hotspot_outlines",
    "hotspot_words",
    "in_tile",
    "is_checked",
    "is_hatched",
    "label_points",
    "name_points",
    "number_layer",
    "offline_html",
    "place_points",
    "ramp_step",
    "scale_bar",
    "snap_areas",
    "style",
    "theme",
    "tile_scale",
]
