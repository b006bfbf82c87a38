"""Track record: what the hotspots held a month later, beside the simple count; month by month, and
what comes next.
"""

from vrp_map.ui.shared import filters, session
from vrp_map.ui.shared.headline import headline_place
from vrp_map.ui.track_record import blocks as track_record

ws = session.workspace()
headline = headline_place()
choice = filters.row(ws)
found = track_record.answer(ws, choice, headline)
track_record.by_month(found)
track_record.methods(found)
track_record.next_month(found)
track_record.foot(ws, choice, found)
