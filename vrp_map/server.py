"""What one server process holds: its settings, its records, and what stands on them.

`app.py` makes it and hands it to every route. Streamlit runs the pages itself, so that nothing can
be handed to them: they ask `this_server`, in `ui/shared/session.py` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from vrp_map.briefs.sources import RecordSources
from vrp_map.config import Settings, load_settings
from vrp_map.pilots.service import Pilots
from vrp_map.responses.desk import ResponseDesk
from vrp_map.schools.routes.service import Routes
from vrp_map.schools.service import Schools
from vrp_map.summit.home import SummitHome


def utc_now() -> datetime:
    """The moment, as the records keep it: UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


class Server:
    """One server process.

    Args:
        settings: gives the settings in force. now: its clock.

    Attributes:
        summit: opens the records, and gives events and pins. responses: what the partnership did.
    """

    def __init__(
        self,
        settings: Callable[[], Settings] = load_settings,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.settings, self.now = settings, now
        self.summit = SummitHome(settings)
        self.responses = ResponseDesk(self.summit)

    def pilots(self) -> Pilots:
        """What was tried, in the same records.

        Raises:
            UserError: the records are not open, and why.
        """
        summit = self.summit()
        return Pilots(summit.records, summit.settings)

    @property
    def record_sources(self) -> RecordSources:
        """What the records give to whatever leaves the map."""
        return RecordSources(self.summit, self.responses, self.pilots)

    def routes(self) -> Routes:
        """The school routes among the pilots.

        Raises:
            UserError: the records are not open, and why.
        """
        return Routes(self.pilots())

    def schools(self) -> Schools:
        """The schools that were added, and what happens around them."""
        return Schools(self.settings())


class _ServerOfProcess:
    """The server whose pages Streamlit runs here."""

    def __init__(self) -> None:
        self.server: Server | None = None


_here = _ServerOfProcess()


def serve_pages_of(server: Server) -> Server:
    """Let the pages of this process be those of a server; give it back."""
    _here.server = server
    return server


def this_server() -> Server:
    """The server of this process: the one that `app.py` made, else one of the settings in force."""
    return _here.server or serve_pages_of(Server())
