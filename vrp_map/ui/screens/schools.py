"""Schools: where more happens on the way to school than chance would make; for analysts alone."""

from vrp_map.permissions import Action
from vrp_map.ui.schools import page
from vrp_map.ui.shared import session

who = session.principal()
who.must(Action.READ_SCHOOLS)
page.show(session.schools(), who)
