"""What changed: the sentence, the map of what is up or down, the steps through time, the shares,
the ranks.
"""

from vrp_map.ui.changes import blocks as changes
from vrp_map.ui.changes import shares as changes_shares
from vrp_map.ui.shared import filters, session
from vrp_map.ui.shared.headline import headline_place

ws = session.workspace()
headline = headline_place()
choice = filters.row(ws)
changes.compared(ws, choice, headline)
changes.through_time(ws, choice)
changes_shares.gathered(ws, choice)
changes_shares.side_by_side(ws, choice)
