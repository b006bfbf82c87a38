"""Today: what is overdue, due and new; then events, replies, hours and what changed on the map."""

from vrp_map.permissions import Action
from vrp_map.ui.shared import session
from vrp_map.ui.today import around
from vrp_map.ui.today import page as today

who, now = session.principal(), session.now()
who.must(Action.READ_RESPONSES)
today.show(session.responses(), who, now=now)
around.events(now)
around.replies(who, now)
around.hours(who, now)
around.hotspots()
