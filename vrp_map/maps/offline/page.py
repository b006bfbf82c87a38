"""One HTML file with a map that asks for nothing from outside.

folium makes the empty frame and nothing else: branca compiles the finished page as a Jinja
template, so a name in a data file that went through it could run code on the server. The data lies
in the page as JSON, `page.js` draws it, and names are set as text, never as HTML.
"""

from __future__ import annotations

import base64
import html
import json
import mimetypes
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xstatic.pkg.leaflet

_LEAFLET = Path(xstatic.pkg.leaflet.BASE_DIR)
_STYLE = Path(__file__).with_name("page.css")
_SCRIPT = Path(__file__).with_name("page.js")


def path_line(
    shapes: dict[str, Any], *, colour: str, weight: float, dash: str | None = None
) -> dict[str, Any]:
    """Outlines without a fill, as the page's script draws them."""
    return {
        "shapes": shapes,
        "paint": {"fill": False, "color": colour, "weight": weight, "dashArray": dash},
    }


def offline_page(title: str, lines: Sequence[str], *, key: str, drawn: Mapping[str, Any]) -> bytes:
    """folium's empty frame with Leaflet, the words, the data and the script that draws it put
    inside.

    All of it is put in after the frame is rendered: nothing of it is ever part of a template.

    Args:
        title, lines: text. key: the legend, HTML of ours with every name in it escaped.
        drawn: bounds, streets, streetNames, cells, lines and names, as `page.js` reads them.
    """
    # It loads for seconds, and whoever counts or reads a page needs none of it.
    import folium

    picture = folium.Map(tiles=None, prefer_canvas=True, control_scale=True, zoom_snap=0.25)
    # folium's own list names content delivery networks: only Leaflet is needed here, and it is put
    # inside.
    picture.default_js = [("leaflet", "leaflet.js")]
    picture.default_css = [("leaflet_css", "leaflet.css")]
    frame = picture.get_root().render()
    policy = (
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
    )
    leaflet = re.sub(
        r"//# sourceMappingURL=\S+",
        "",
        _script((_LEAFLET / "leaflet.js").read_text(encoding="utf-8")),
    )
    said = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    draw = _SCRIPT.read_text(encoding="utf-8").replace("the_map", picture.get_name())
    parts = {
        "<head>": (
            f'<head><meta http-equiv="Content-Security-Policy" content="{policy}">'
            f"<title>{html.escape(title)}</title>"
        ),
        '<script src="leaflet.js"></script>': f"<script>{leaflet}</script>",
        '<link rel="stylesheet" href="leaflet.css"/>': (
            f"<style>{_with_images(_LEAFLET / 'leaflet.css')}</style>"
        ),
        "</head>": f"<style>{_STYLE.read_text(encoding='utf-8')}</style></head>",
        "<body>": f"<body><header><h1>{html.escape(title)}</h1>{said}</header>{key}",
        "</html>": (
            '<script type="application/json"'
            f' id="drawn">{_json(drawn)}</script><script>{draw}</script></html>'
        ),
    }
    return _put_inside(frame, parts).encode()


def _put_inside(frame: str, parts: Mapping[str, str]) -> str:
    """Each mark of the frame replaced by its part, once, in one pass: what a part holds is never
    searched.
    """
    marks = re.compile("|".join(re.escape(mark) for mark in parts))
    found = [match[0] for match in marks.finditer(frame)]
    if sorted(found) != sorted(parts):
        raise RuntimeError(f"folium's frame has changed: it has {found}.")
    return marks.sub(lambda match: parts[match[0]], frame)


def _json(data: Mapping[str, Any]) -> str:
    """JSON that cannot end the script element it lies in."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _script(source: str) -> str:
    return source.replace("</script", "<\\/script")


def _with_images(file: Path) -> str:
    """A style sheet with its pictures inside."""

    def inline(match: re.Match[str]) -> str:
        file = _LEAFLET / match[1]
        if not file.is_file():
            return "url(data:,)"
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return f"url(data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()})"

    return re.sub(r"url\(['\"]?([^'\")#]+?)['\"]?\)", inline, file.read_text(encoding="utf-8"))
