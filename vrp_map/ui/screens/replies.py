"""You said, we did: every place that the public can see and a form to answer; and what is broken,
to pass it on.
"""

from vrp_map.ui.replies import page as replies
from vrp_map.ui.replies import repairs
from vrp_map.ui.shared import session
from vrp_map.ui.shared.headline import headline_place

headline = headline_place()
summit = session.summit()
answered = replies.desk(summit, session.principal(), headline)
repairs.section(summit, session.principal(), answered)
