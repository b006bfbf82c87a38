"""What every page needs: the look, who is asking, the workspace, the line under the navigation,
plain errors.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from vrp_map import maps
from vrp_map.briefs.sources import RecordSources
from vrp_map.common.fault_place import fault_place
from vrp_map.disclosure.thresholds import threshold
from vrp_map.errors import NotAllowed, UserError
from vrp_map.funding.scenarios.service import Scenarios
from vrp_map.funding.service import Funding
from vrp_map.permissions import Action
from vrp_map.pilots.osara.service import OsaraPlans
from vrp_map.pilots.service import Pilots
from vrp_map.places.basemap.base_map import street_credits
from vrp_map.principal import Principal, principal_for
from vrp_map.responses.service import Responses
from vrp_map.schools.routes.service import Routes
from vrp_map.schools.service import Schools
from vrp_map.server import this_server
from vrp_map.summit.event_store import Event
from vrp_map.summit.pins.event_area import EventArea
from vrp_map.summit.service import Summit
from vrp_map.summit.voice_gap import beside as voice_beside
from vrp_map.ui.shared import filters, words
from vrp_map.ui.shared.markdown import of_mistake, plain
from vrp_map.views import hotspots as views
from vrp_map.views.choice import Choice
from vrp_map.views.hotspots import HotspotView
from vrp_map.views.map_size import MapSize, is_phones, map_size_of
from vrp_map.vocabulary import MIN_RESOLUTION, Audience
from vrp_map.workspace import Workspace

MOST_REFUSED = 1000
# The pages' style; the frame of every page holds it too, from the first moment on.
STYLE_SHEET = Path(__file__).with_name("theme.css")
T = TypeVar("T")
_log = logging.getLogger(__name__)


def look() -> None:
    """The stylesheet, once a run."""
    st.html(STYLE_SHEET)


def appearance() -> maps.Palette:
    """Light or dark, as the browser shows it."""
    return maps.theme(st.context.theme.type)


def map_size() -> MapSize:
    """How large a map is in this browser."""
    return map_size_of(_agent())


def is_phone() -> bool:
    """Whether the browser says that it is a phone's."""
    return is_phones(_agent())


def _agent() -> str:
    return _headers().get("user-agent", "")


def principal() -> Principal:
    """Who has this page open.

    Raises:
        NotAllowed: for anybody who is not on this machine.
    """
    return principal_for(client_address(), _headers(), settings=this_server().settings())


def client_address() -> str:
    """The address this page is open at; Streamlit says None for a connection from this machine
    itself.
    """
    return st.context.ip_address or "127.0.0.1"


def _headers() -> Mapping[str, str]:
    return {name.lower(): value for name, value in st.context.headers.items()}


def shown_to(action: Action) -> Literal["visible", "hidden"]:
    """Whether the navigation shows a page; by its address the page itself says why not."""
    try:
        return "visible" if principal().may(action) else "hidden"
    except UserError:
        return "hidden"


def opened_at() -> str:
    """Scheme and host of the address that this page was opened at: "http://localhost:8501"."""
    scheme = "https" if str(st.context.url or "").startswith("https:") else "http"
    return f"{scheme}://{_headers().get('host', 'localhost')}"


def now() -> datetime:
    """The moment, as the records keep it: UTC, without a zone."""
    return this_server().now()


def workspace() -> Workspace:
    """The published snapshot, as every page shows it to the person asking."""
    return views.workspace_for(principal(), this_server().settings())


def _or_end(service: Callable[[], T], what: str) -> T:
    """A service of this server; where it cannot be opened, say why and end the page."""
    try:
        return service()
    except UserError as trouble:
        st.title(f"{what} cannot be read just now", anchor=False)
        _say(trouble)
    st.stop()


def summit() -> Summit:
    """The events and pins of this server (`_or_end`)."""
    return _or_end(this_server().summit, "Pins")


def event_area(event: Event) -> EventArea:
    """The hexagons and named places that the pins of an event may have."""
    return this_server().summit.event_areas.of(event)


def pilots() -> Pilots:
    """The pilots of this server (`_or_end`)."""
    return _or_end(this_server().pilots, "Pilots")


def funding() -> Funding:
    """The grants of this server (`_or_end`)."""
    return Funding(pilots().records)


def scenarios() -> Scenarios:
    """The allocations that were saved on this server (`_or_end`)."""
    return Scenarios(pilots().records)


def osara_plans() -> OsaraPlans:
    """The plans of this server (`_or_end`)."""
    return OsaraPlans(pilots().records)


def record_sources() -> RecordSources:
    """What the records give to whatever leaves the map; each says why it cannot be read."""
    return this_server().record_sources


def routes() -> Routes:
    """The school routes of this server (`_or_end`)."""
    return _or_end(this_server().routes, "Routes")


def schools() -> Schools:
    """The schools of this server, and what happens around them."""
    return this_server().schools()


def responses_if_open() -> Responses | None:
    """The responses of this server; None while they are not open."""
    try:
        return this_server().responses()
    except UserError:
        return None


def responses() -> Responses:
    """The responses of this server (`_or_end`)."""
    return _or_end(this_server().responses, "Responses")


def exact_workspace() -> Workspace:
    """The published snapshot with the exact numbers, for what the permissions give analysts."""
    return views.workspace(this_server().settings()).for_principal(principal())


def refused(*, reason: str | None) -> pd.DataFrame | None:
    """Refused rows as the supplier sent them, for analysts; None for anybody else.

    It goes past the page's own view, as the list of unanswered incidents does; it holds no counts
    of incidents.
    """
    who = principal()
    if not (who.may(Action.READ_REFUSED_ROWS) and who.may_see(Audience.ANALYST)):
        return None
    ws = exact_workspace()
    key = ("refused", reason)
    return views.remember(ws, key, lambda: ws.quality(reason=reason, rows=MOST_REFUSED).refused)


def open_or_say_why() -> Workspace:
    """The workspace; or the first step, when there is none, and the end of the page."""
    try:
        return workspace()
    except NotAllowed as refusal:
        st.error(plain(refusal))
    except UserError as problem:
        st.title("There is no map yet", anchor=False)
        st.markdown(
            "This map shows where incidents concentrate, what changed, and whether it could be"
            " chance."
            " It needs incidents first. In a terminal on this computer, run one of these two"
            " commands."
        )
        st.markdown("To try the map with made-up incidents:")
        st.code("vrp-map demo", language=None)
        st.markdown("To load your own files:")
        st.code("vrp-map build FOLDER", language=None)
        st.markdown("Then load this page again.")
        st.caption(plain(problem))
    st.stop()


def frame(ws: Workspace, *, is_partner_view: bool) -> None:
    """Draw the line that says what is shown, and the banner where the data is made up.

    Args:
        is_partner_view: whether every number of the page is of the partner view; other pages say
            beside their numbers what they are.
    """
    partnership, person = _css(ws.settings.partnership), _css(ws.principal.name)
    credits = "".join(f"--streets:{_css(said)};" for said in street_credits(ws.settings))
    names = f".stApp{{--partnership:{partnership};--person:{person};{credits}}}"
    st.html(f"<style>{names}</style>")
    snapshot = ws.snapshot
    k = threshold(views.AUDIENCE, ws.settings)
    parts = [
        ws.settings.place,
        f"incidents to {words.month(snapshot.last_month)}",
        f"snapshot of {words.day(snapshot.created)}",
    ]
    if is_partner_view:
        view = views.AUDIENCE.value
        parts.append(f"{view} view: numbers are estimated from one incident in {k}")
    line = " · ".join(html.escape(part) for part in parts)
    banner = (
        "<p class='banner'><strong>Made-up data.</strong> <span>These incidents are synthetic: "
        "they show how the map works and say nothing about real places.</span></p>"
    )
    name = f"<p class='partnership'>{html.escape(ws.settings.partnership)}</p>"
    # As high from the first moment on as it will be.
    with st.container(key="frame-made-up" if snapshot.synthetic else "frame"):
        st.html(f"{name}<p class='frame'>{line}</p>" + (banner if snapshot.synthetic else ""))


def sources(ws: Workspace) -> None:
    """Whose data this is, at the foot of every page."""
    said = " ".join(html.escape(line) for line in ws.attributions())
    st.html(f"<p class='sources'>{said}</p>")


def _css(text: str) -> str:
    """A text as a CSS string: everything but letters, digits and spaces escaped."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'


@contextmanager
def plain_errors() -> Iterator[None]:
    """A mistake becomes a message and a hint, a fault of ours an apology; never a traceback."""
    try:
        yield
    except UserError as mistake:
        _say(mistake)
    except Exception as fault:
        _log.error("A page could not be drawn: %s", fault_place(fault))
        st.error(
            "We could not draw this page. The fault is ours, and your data is safe. Load the page"
            " again. If that does not help, tell the person who runs this map."
        )


def _say(mistake: UserError) -> None:
    st.error(of_mistake(mistake))


@contextmanager
def no_map(headline: DeltaGenerator) -> Iterator[None]:
    """Give a choice that cannot be mapped a headline too; its filters stay, to be changed."""
    try:
        yield
    except UserError as mistake:
        headline.title("There is no map for this choice", anchor=False)
        _say(mistake)
        st.stop()


def hotspots(ws: Workspace, choice: Choice) -> HotspotView:
    """The hotspots of what is chosen; says that it is working when that takes a moment."""
    selection = choice.selection(ws)
    with st.spinner("Counting incidents in each hexagon…", show_time=False):
        view = views.hotspot_view(ws, selection, resolution=choice.resolution)
        return voice_beside.hotspots_with_voices(
            ws, view, selection, resolution=choice.resolution, summit=this_server().summit
        )


def nothing(view: HotspotView, choice: Choice) -> bool:
    """Whether no hexagon can be shown; says why, and offers larger ones."""
    cells = view.hotspots.cells
    if not cells.frame.empty:
        return False
    kind, period = words.category(choice.what), words.period(choice.first, choice.last)
    st.markdown(words.no_hexagon(kind, period, total=cells.total, resolution=choice.resolution))
    larger = choice.resolution - 1
    # None at all stays none, however large the hexagon.
    if cells.total != 0 and larger >= MIN_RESOLUTION:
        label = f"Show larger hexagons: {words.hexagon(larger).lower()}"
        st.button(label, key="larger", on_click=filters.choose_size, args=(larger,))
    return True
