"""Modules 2, 6, 7 and 12: who lives here, who is harmed, what raises the risk, and equality."""

from __future__ import annotations

from vrp_map.needs.inquiry import Inquiry
from vrp_map.needs.modules import lacks
from vrp_map.residents.tables import AGES, DEPRIVATION, ETHNICITY, KINDS

_BY = {AGES: "age", DEPRIVATION: "deprivation", ETHNICITY: "ethnic group"}


def people_and_place(to: Inquiry) -> None:
    """2: people and place."""
    to.table("residents", "Residents")
    for kind in (AGES, DEPRIVATION):
        _table_or_how(to, "groups", kind, f"Residents by {_BY[kind]}")


def who(to: Inquiry) -> None:
    """6: who is harmed and who harms."""
    to.say(lacks.NO_AGE_OR_SEX)
    to.say(
        "Ask the police for a table by age band and sex for this area. Publish no group with fewer"
        " people than your rule for small numbers allows."
    )


def risk(to: Inquiry) -> None:
    """7: risk and protective factors."""
    _table_or_how(to, "groups", DEPRIVATION, "Residents by deprivation of their neighbourhood")
    to.say(
        "School absence, exclusion and children in care are not loaded here."
        " Write what your own tables say."
    )


def equality(to: Inquiry) -> None:
    """12: who lives in the places that stand out, against the area."""
    to.say(
        "The tables compare who lives in the places that stand out with who lives in the area. They"
        " say nothing about who is harmed or who harms."
    )
    for kind in KINDS:
        _table_or_how(to, "equality", kind, f"Places and area by {_BY[kind]}")
    to.say("Residents of each small area are spread evenly over it, so all shares are estimates.")


def _table_or_how(to: Inquiry, query: str, kind: str, caption: str) -> None:
    if kind in to.sources.tables:
        to.table(query, caption, table=kind)
    else:
        to.say(lacks.no_table(kind))
