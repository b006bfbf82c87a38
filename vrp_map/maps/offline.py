"""An HTML map to mail round: one file, opened without the internet, with everything it needs inside."""

from __future__ import annotations

import base64
import html
import mimetypes
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import branca.element
import folium
import geopandas as gpd
import pandas as pd
import xstatic.pkg.leaflet

from vrp_map import grid
from vrp_map.disclosure import Protected
from vrp_map.maps.classes import HIDDEN_WORDS, LIGHT, class_words, count_class, ramp_step
from vrp_map.maps.rows import (
    area_labels,
    area_outlines,
    hotspot_counts,
    hotspot_outlines,
    hotspot_words,
    is_hatched,
    rounded,
)

_LEAFLET = Path(xstatic.pkg.leaflet.BASE_DIR)
# A mailed file must open anywhere: more hexagons than this make it slow, and the ranked list holds the rest.
MOST_CELLS = 12_000
_STYLE = """
html,body{margin:0;height:100%;font-family:system-ui,Arial,sans-serif;color:#0b0c0c}
.leaflet-container,div.folium-map{background:#fff!important;font:16px/1.4 system-ui,Arial,sans-serif}
header,.key{position:absolute;z-index:1000;background:rgba(255,255,255,.94);border:1px solid #b1b4b6;padding:8px 12px}
header{top:8px;right:8px;width:25rem;max-width:calc(100% - 90px);box-sizing:border-box}
header h1{font-size:20px;line-height:1.25;margin:0 0 4px}header p{margin:0;color:#505a5f;font-size:16px}
.key{left:8px;bottom:56px;font-size:15px}.key summary{font-weight:700;cursor:pointer}
.key ul{list-style:none;margin:0;padding:0}.key li{display:flex;gap:8px;align-items:center;line-height:1.5}
.key i{width:24px;height:16px;border:1px solid #505a5f;display:block}
.key i.hot{height:0;border:0;border-top:4px solid #b3300b}
.key i.warm{height:0;border:0;border-top:2px dashed #b3300b}
.leaflet-tooltip.name{background:none;border:0;box-shadow:none;padding:0;color:#0b0c0c;font-size:13px;
text-shadow:0 0 3px #fff,0 0 3px #fff,0 0 3px #fff,0 0 5px #fff}.leaflet-tooltip.broad{font-size:16px;font-weight:700}
.key i.small{background:repeating-linear-gradient(45deg,#b1b4b6 0 2px,#fff 2px 5px)}
@media (max-width:640px){header{position:static;width:auto;max-width:none}header h1{font-size:17px}
.leaflet-tooltip.broad{font-size:13px}.leaflet-tooltip.name:not(.broad){font-size:12px}
.key{bottom:48px;font-size:13px}}
"""


def offline_html(
    cells: Protected,
    *,
    limits: Sequence[int],
    areas: Mapping[str, gpd.GeoDataFrame],
    title: str,
    lines: Sequence[str],
    bounds: Sequence[float] | None = None,
) -> bytes:
    """A folium map of protected cells as one HTML file that asks for nothing from outside.

    Args:
        areas: layers to outline, the broadest first (drawn strongest).
        title, lines: the headline, and what must always be said with the figures.
        bounds: west, south, east, north; without it, those of the broadest layer.
    """
    picture = _bare_map()
    everything = cells.frame.assign(c=count_class(cells.frame["n"], limits))
    drawable = everything[everything["c"].notna() | is_hatched(cells)]
    frame = drawable.head(MOST_CELLS)
    if len(frame):
        folium.GeoJson(
            _features(frame, limits), style_function=_paint, tooltip=folium.GeoJsonTooltip(["words"], labels=False)
        ).add_to(picture)
    for weight, layer in zip((2.5, 1.0), areas.values(), strict=False):
        _line(area_outlines(layer), picture, colour=LIGHT.ink, weight=weight)
    outlines = hotspot_outlines(cells)
    if outlines["features"]:
        _hot_lines(outlines, picture)
    west, south, east, north = bounds if bounds is not None else next(iter(areas.values())).total_bounds
    picture.fit_bounds([[float(south), float(west)], [float(north), float(east)]])
    for broad, layer in zip((True, False), areas.values(), strict=False):
        _names(layer, picture, broad=broad, besides=() if broad else tuple(next(iter(areas.values()))["name"]))
    more = f"The first {MOST_CELLS:,} of {len(drawable):,} hexagons are drawn; the key counts all of them."
    said = [*lines, more] if len(drawable) > MOST_CELLS else lines
    _furnish(picture, title, said, _key(everything, limits, cells))
    return _inlined(picture)


def _bare_map() -> folium.Map:
    picture = folium.Map(tiles=None, prefer_canvas=True, control_scale=True, zoom_snap=0.25)
    # folium's own list names content delivery networks: only Leaflet is needed here, and it is put inside.
    picture.default_js = [("leaflet", "leaflet.js")]
    picture.default_css = [("leaflet_css", "leaflet.css")]
    return picture


def _features(frame: pd.DataFrame, limits: Sequence[int]) -> dict[str, Any]:
    shapes = grid.polygons(grid.from_text(frame["cell"].astype(str).tolist()))
    features = []
    for shape, row in zip(shapes, frame.to_dict("records"), strict=True):
        n = HIDDEN_WORDS if pd.isna(row["n"]) else f"{int(row['n']):,} incidents"
        colour = None if pd.isna(row["c"]) else LIGHT.ramp[ramp_step(int(row["c"]), limits)]
        name = "" if pd.isna(row["name"]) else f"{str(row['name'])[:1].upper()}{str(row['name'])[1:]}: "
        words = f"{html.escape(name)}{n}; {row['hotspot_class']}"
        features.append(
            {"type": "Feature", "properties": {"words": words, "colour": colour}, "geometry": rounded(shape)}
        )
    return {"type": "FeatureCollection", "features": features}


def _paint(feature: Mapping[str, Any]) -> dict[str, Any]:
    colour = feature["properties"]["colour"]
    if colour is None:
        return {
            "fillColor": LIGHT.hidden,
            "fillOpacity": 0.25,
            "color": LIGHT.hidden,
            "weight": 0.6,
            "dashArray": "2 3",
        }
    return {"fillColor": colour, "fillOpacity": 0.9, "weight": 0}


def _line(data: dict[str, Any], picture: folium.Map, *, colour: str, weight: float, dash: str | None = None) -> None:
    paint = {"fill": False, "color": colour, "weight": weight, "dashArray": dash}
    folium.GeoJson(data, interactive=False, style_function=lambda _: paint).add_to(picture)


def _hot_lines(outlines: dict[str, Any], picture: folium.Map) -> None:
    """Hotspots outlined as on the page: heavy where they are firm, thin and dashed where they are fragile."""
    for heavy, weight, dash in ((False, 2.0, "6 4"), (True, 4.0, None)):
        chosen = [feature for feature in outlines["features"] if feature["properties"]["heavy"] is heavy]
        if chosen:
            drawn = {"type": "FeatureCollection", "features": chosen}
            _line(drawn, picture, colour=LIGHT.hot, weight=weight, dash=dash)


def _names(areas: gpd.GeoDataFrame, picture: folium.Map, *, broad: bool, besides: Sequence[str]) -> None:
    """The names of a layer's areas, each written inside its area."""
    for label in area_labels(areas, besides=besides):
        lon, lat = label["p"]
        # A circle of no size carries the name: a marker would ask for its picture, which the file does not have.
        name = folium.Tooltip(
            html.escape(label["t"]), permanent=True, direction="center", class_name="name broad" if broad else "name"
        )
        folium.CircleMarker(
            (lat, lon), radius=0, weight=0, opacity=0, fill_opacity=0, interactive=False, tooltip=name
        ).add_to(picture)


def _key(frame: pd.DataFrame, limits: Sequence[int], cells: Protected) -> str:
    largest = 0 if frame.empty or frame["n"].isna().all() else int(frame["n"].max())
    steps = [
        f"<li><i style='background:{LIGHT.ramp[ramp_step(i, limits)]}'></i>{words} ({_many(frame['c'] == i)})</li>"
        for i, words in enumerate(class_words(limits, largest=largest, step=cells.k))
    ]
    if hatched := int(is_hatched(cells).sum()):
        steps.append(f"<li><i class='small'></i>{HIDDEN_WORDS} ({hatched:,})</li>")
    for css, words, many in zip(("hot", "warm"), hotspot_words(cells), hotspot_counts(cells), strict=True):
        steps += [f"<li><i class='{css}'></i>{words} ({many:,})</li>"] if many else []
    return f"<details class='key' open><summary>Incidents (hexagons)</summary><ul>{''.join(steps)}</ul></details>"


def _many(member: pd.Series) -> str:
    return f"{int(member.sum()):,}"


def _furnish(picture: folium.Map, title: str, lines: Sequence[str], key: str) -> None:
    root: Any = picture.get_root()
    said = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    root.header.add_child(branca.element.Element(f"<title>{html.escape(title)}</title><style>{_STYLE}</style>"))
    root.html.add_child(branca.element.Element(f"<header><h1>{html.escape(title)}</h1>{said}</header>{key}"))


def _inlined(picture: folium.Map) -> bytes:
    """The page with Leaflet's script and style inside it, and a policy that lets it ask nobody for anything."""
    page = picture.get_root().render()
    script = (_LEAFLET / "leaflet.js").read_text(encoding="utf-8").replace("</script", "<\\/script")
    script = re.sub(r"//# sourceMappingURL=\S+", "", script)
    style = _with_images((_LEAFLET / "leaflet.css").read_text(encoding="utf-8"))
    page = re.sub(r'<script src="leaflet\.js"></script>', lambda _: f"<script>{script}</script>", page)
    page = re.sub(r'<link rel="stylesheet" href="leaflet\.css"\s*/?>', lambda _: f"<style>{style}</style>", page)
    policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
    return page.replace("<head>", f'<head><meta http-equiv="Content-Security-Policy" content="{policy}">', 1).encode()


def _with_images(css: str) -> str:
    def inline(match: re.Match[str]) -> str:
        file = _LEAFLET / match[1]
        if not file.is_file():
            return "url(data:,)"
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return f"url(data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()})"

    return re.sub(r"url\(['\"]?([^'\")#]+?)['\"]?\)", inline, css)
