"""Leave the demo's grants in the records: what the annual report 2021-22 of the Police and Crime
Commissioner of the West Midlands publishes (`demo_grants.csv`).

These amounts are real, beside incidents that are made up. Tables whose single lines we do not have
stand as one line. Two stated totals differ from their lines, as published; nothing is mended.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from vrp_map.common.sheets import read_file
from vrp_map.config import Settings
from vrp_map.funding.service import Funding
from vrp_map.funding.sheet import column_of, read_grants
from vrp_map.principal import Principal
from vrp_map.records.engine.database import Records
from vrp_map.vocabulary import Role

WHO = Principal("demo (published figures)", frozenset({Role.LEAD}))
_SHEET = Path(__file__).with_name("demo_grants.csv")
_NAME = "Annual report 2021-22"


def leave_grants(settings: Settings, *, now: datetime) -> int:
    """Make sure that the published grants are there once.

    Returns:
        How many were kept now.

    Raises:
        UserError: a server has the records.
    """
    records = Records(settings.records)
    try:
        sheet = read_grants(read_file(_SHEET, is_column=column_of))
        return Funding(records).keep(WHO, sheet, name=_NAME, now=now).added
    finally:
        records.close()
