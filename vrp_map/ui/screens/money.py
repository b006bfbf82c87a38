"""Money: the grants, how far they can be relied on, what to watch, and sums that do not agree."""

from vrp_map.permissions import Action
from vrp_map.ui.money import page, sheet
from vrp_map.ui.shared import session

who, funding = session.principal(), session.funding()
who.must(Action.READ_FUNDING)
page.show(funding, who, today=session.pilots().today(session.now()))
if who.may(Action.WRITE_FUNDING):
    sheet.show(funding, who)
