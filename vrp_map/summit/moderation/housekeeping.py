"""Regular work on free texts: move disclosures, delete what was rejected."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from vrp_map.common.watches import Lifespan, with_watch
from vrp_map.summit.moderation.service import keep_house
from vrp_map.summit.service import Summit

EVERY_S = 60.0
_log = logging.getLogger(__name__)


def with_text_watch(lifespan: Lifespan, summit: Callable[[], Summit]) -> Lifespan:
    """A server's life with a look at the texts when it starts, and every minute."""
    return with_watch(lifespan, lambda: read_new_texts(summit), every_s=EVERY_S)


def read_new_texts(summit: Callable[[], Summit]) -> None:
    """Read new texts once; a fault is logged without any text, and the next time tries again."""
    try:
        keep_house(summit().records, now=datetime.now(UTC).replace(tzinfo=None))
    except Exception as error:
        _log.error("Housekeeping of the texts failed: %s", type(error).__name__)
