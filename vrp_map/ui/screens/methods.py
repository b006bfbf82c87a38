"""Methods: choose one, see its answer; or the reason why this data cannot carry it."""

from vrp_map.ui.methods import page as methods
from vrp_map.ui.shared import session
from vrp_map.ui.shared.headline import headline_place

ws = session.workspace()
headline = headline_place()
asked = methods.chosen(ws)
methods.show(ws, asked, headline)
methods.grades(ws)
