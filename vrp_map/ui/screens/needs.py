"""Needs assessment: the document of the Serious Violence Duty, for one local authority."""

from vrp_map.ui.needs import page
from vrp_map.ui.shared import session

page.show(session.workspace())
