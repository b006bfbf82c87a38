"""The application: the staff pages, the map's data routes, the pins and the health check in one
server.

`vrp-map serve` and `streamlit run app.py` both serve the object `app`.
"""

import gc
import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

import vrp_map.ui
from vrp_map.common.private_files import keep_private
from vrp_map.server import Server, serve_pages_of
from vrp_map.summit.moderation.housekeeping import with_text_watch
from vrp_map.summit.pins.event_areas import with_event_areas
from vrp_map.ui.serve import page_font
from vrp_map.ui.shared.session import STYLE_SHEET
from vrp_map.web.briefs.digest_page import digest_routes
from vrp_map.web.briefs.page import brief_routes
from vrp_map.web.briefs.sheet import sheet_files
from vrp_map.web.connections import with_limits
from vrp_map.web.health import health_routes
from vrp_map.web.map.routes import routes
from vrp_map.web.map.static_files import (
    first_map_scripts,
    map_frame,
    map_script_route,
    page_scripts,
    staff_map_script,
    staff_map_style,
)
from vrp_map.web.middleware import Gate, security_headers
from vrp_map.web.not_found import not_found_routes
from vrp_map.web.pilots.story_page import story_routes
from vrp_map.web.responses.log_page import log_page_routes
from vrp_map.web.staff_scripts import StaffScripts, inline_scripts
from vrp_map.web.start_key import address_with, key_of
from vrp_map.web.summit.code_page import code_page_routes
from vrp_map.web.summit.event_pages import event_routes
from vrp_map.web.summit.pin_page import pin_page_routes
from vrp_map.web.summit.pins import pin_routes
from vrp_map.web.summit.voices_page import voices_routes
from vrp_map.web.summit.wall import wall_routes
from vrp_map.web.summit.wall_page import wall_page_routes
from vrp_map.web.tcp_nodelay import with_tcp_nodelay

keep_private()
server = serve_pages_of(Server())
settings, summit = server.settings(), server.summit
key = key_of(settings.start_key)
if key and not settings.start_key:
    # `streamlit run app.py`: `vrp-map serve` chose and printed a key before it came here.
    sys.stderr.write(
        f"The map is at {address_with('http://localhost:8501', key)} (or the port you chose)\n"
    )

frame, font = Path(st.__file__).with_name("static"), page_font()
app = st.App(
    Path(vrp_map.ui.__file__).with_name("main.py"),
    routes=[
        *routes(summit),
        map_script_route(server),
        *pin_routes(summit),
        *code_page_routes(summit),
        *pin_page_routes(summit, summit.event_areas),
        *event_routes(summit),
        *wall_routes(summit),
        *wall_page_routes(summit),
        *voices_routes(summit),
        *story_routes(server.pilots, summit),
        *log_page_routes(server.responses),
        *brief_routes(server),
        *digest_routes(server),
        sheet_files(server),
        *health_routes(summit.health, waits=lambda: summit.purge_waits),
        *not_found_routes(),
    ],
    lifespan=with_limits(
        with_tcp_nodelay(
            with_event_areas(with_text_watch(summit.lifespan, summit), summit.event_areas)
        ),
        most_each=settings.connections_an_address,
    ),
    middleware=[
        Middleware(
            Gate,
            headers=security_headers(
                settings.map_tiles_url, inline=inline_scripts(frame, font=font)
            ),
            key=key,
        ),
        # Inside the gate: a phone in the hall gets none of them.
        Middleware(
            StaffScripts,
            files=frame,
            css=staff_map_style() + STYLE_SHEET.read_text(encoding="utf-8"),
            parts=map_frame(),
            font=font,
            scripts=page_scripts(),
            map_script=staff_map_script(),
            first_map=first_map_scripts(),
        ),
    ],
)

# Streamlit looks through every object after each run of a page; what is loaded now stays.
gc.collect()
gc.freeze()
