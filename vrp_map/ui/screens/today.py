"""Today: what is overdue, what is due next, and what is new since yesterday."""

from vrp_map.permissions import Action
from vrp_map.ui.shared import session
from vrp_map.ui.today import page as today

who = session.principal()
who.must(Action.READ_RESPONSES)
today.show(session.responses(), who, now=session.now())
