"""Downloads of what is on the page; each file is made when it is asked for."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import streamlit as st

from vrp_map import maps
from vrp_map.export import tables as report
from vrp_map.handover.service import handover_layers, to_one_file
from vrp_map.places.basemap.base_map import usable_streets
from vrp_map.places.basemap.shapes import street_shapes
from vrp_map.server import this_server
from vrp_map.ui.hotspots import picture
from vrp_map.ui.shared import filters, words
from vrp_map.ui.shared.file_button import file_button
from vrp_map.views import map_sources
from vrp_map.views.choice import Choice
from vrp_map.views.hotspots import AUDIENCE, HotspotView
from vrp_map.vocabulary import AreaType
from vrp_map.workspace import Workspace


def row(ws: Workspace, view: HotspotView, choice: Choice) -> None:
    """Draw the buttons."""
    cells = view.hotspots.cells
    about = _about(ws, view, choice)
    stem = f"hotspots-{choice.what.split(',')[0]}-{choice.first:%Y-%m}-{choice.last:%Y-%m}"
    with st.container(key="downloads", horizontal=True):
        st.html(_picture_buttons(view, choice, where=filters.where_words(ws, choice), about=about))
        file_button(
            "Download CSV",
            lambda: report.to_csv(cells, about=about),
            f"{stem}.csv",
        )
        file_button(
            "Download GeoJSON",
            lambda: report.to_geojson(cells, about=about),
            f"{stem}.geojson",
        )
        file_button(
            "Download method",
            lambda: report.to_method(cells, about=about),
            f"{stem}.method.json",
            help="What ran, on which data, and what to keep in mind. Keep it with the CSV.",
        )
        file_button(
            "Download map (HTML)",
            lambda: offline_map(ws, view, choice),
            f"{stem}.html",
            help="A map in one file. It opens in a browser without the internet.",
        )
        file_button(
            "Download layers (GeoPackage)",
            lambda: all_layers(ws, choice),
            f"{stem}.gpkg",
            help="Hexagons, areas, voices, responses and pilots for QGIS, with their styles.",
        )
        if (ws.reader.area_names["type"] == AreaType.HO_HEX).any():
            file_button(
                "Download where the Home Office's hexagons differ (HTML)",
                lambda: grids_map(ws, choice),
                f"{stem}.ho-hex.html",
                help="Our hotspots beside the busiest of their hexagons, on one map.",
            )


def _about(ws: Workspace, view: HotspotView, choice: Choice) -> dict[str, Any]:
    """What a file must say of itself when it has left the page."""
    return {
        "sentence": view.hotspots.sentence,
        "synthetic": ws.snapshot.synthetic,
        "selection": choice.selection(ws).to_query(),
        "method": view.hotspots.method,
        "attribution": ws.attributions(),
    }


def _picture_buttons(
    view: HotspotView, choice: Choice, *, where: str, about: Mapping[str, Any]
) -> str:
    """Two buttons for the script of the frame, which makes the picture in the browser."""
    period = words.period(choice.first, choice.last)
    lines = [view.hotspots.cells.note, *about["attribution"]]
    if about["synthetic"]:
        lines.insert(0, "Made-up data: it says nothing about real places.")
    lines.append(f"Made on {words.day(this_server().now().date())}.")
    said = {
        "title": view.hotspots.sentence,
        "under": f"{where}. {words.category(choice.what)}, {period}.",
        "foot": " ".join(f"{line.rstrip('.')}." for line in lines if line),
        "name": f"map-{choice.what.split(',')[0]}-{choice.first:%Y-%m}-{choice.last:%Y-%m}.png",
    }
    data = " ".join(f'data-{name}="{html.escape(text)}"' for name, text in said.items())
    return "".join(
        f'<button type="button" class="file" data-map-picture="{kind}" {data}>{label}</button>'
        for kind, label in (("save", "Save map (PNG)"), ("print", "Print map"))
    )


def all_layers(ws: Workspace, choice: Choice) -> bytes:
    """Everything as layers for another GIS, as the page may show it."""
    server = this_server()
    layers = handover_layers(
        ws,
        choice.selection(ws),
        audience=AUDIENCE,
        resolution=choice.resolution,
        records=server.record_sources,
    )
    return to_one_file(layers, made=server.now())


def grids_map(ws: Workspace, choice: Choice) -> bytes:
    """Our hotspots beside the Home Office's hexagons, as one HTML file."""
    # It stands for one press of a button, and its parts load for a while.
    from vrp_map.analysis.hotspots.two_grids import grid_differences
    from vrp_map.views.two_grids import differences_html

    question = ws.question(choice.selection(ws), resolution=choice.resolution, audience=AUDIENCE)
    period = f"{words.category(choice.what)}, {words.period(choice.first, choice.last)}"
    return differences_html(ws, grid_differences(question), period=period)


def offline_map(ws: Workspace, view: HotspotView, choice: Choice) -> bytes:
    """The page's map as one HTML file."""
    snapshot = ws.snapshot
    bounds = map_sources.bounds(ws, choice)
    streets = usable_streets(ws.settings)
    return maps.offline_html(
        view.hotspots.cells,
        limits=view.limits,
        areas={
            kind: ws.areas(kind)
            for kind in ("lad", *([choice.layer] if choice.layer != "none" else []))
        },
        title=view.hotspots.sentence,
        bounds=bounds,
        streets=street_shapes(streets, bounds) if streets else None,
        lines=[
            ", ".join(
                (
                    words.category(choice.what),
                    filters.where_words(ws, choice),
                    words.period(choice.first, choice.last),
                )
            ),
            f"Snapshot of {words.day(snapshot.created)}"
            + (" · made-up (synthetic) data" if snapshot.synthetic else ""),
            view.hotspots.cells.note,
            *([picture.INDICATIVE] if ws.is_indicative(choice.layer) else []),
            *ws.attributions(),
        ],
    )
