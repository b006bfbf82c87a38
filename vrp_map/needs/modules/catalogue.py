"""The thirteen modules by number: title, what people are asked to write, and what makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vrp_map.needs.assessment import NeedsModule
from vrp_map.needs.inquiry import Inquiry
from vrp_map.needs.modules import lacks, people, violence, work
from vrp_map.needs.sources import NeedsSources
from vrp_map.residents.tables import AGES, DEPRIVATION, KINDS


@dataclass(frozen=True)
class ModuleKind:
    """What a module is before it is made.

    Attributes:
        prompt: what people are asked to write. fill: makes it. made_from: in words. lacks: says
            which of its data are not there.
    """

    title: str
    prompt: str
    fill: Callable[[Inquiry], None]
    made_from: str
    lacks: lacks.Lacks = lacks.nothing


@dataclass(frozen=True)
class ModuleState:
    """A module with what it still lacks, each in words; nothing = all of its data are there."""

    number: int
    title: str
    made_from: str
    lacks: tuple[str, ...]


MODULES: Mapping[int, ModuleKind] = {
    1: ModuleKind(
        "Definition and scope",
        "Write what you count as serious violence here, and why.",
        violence.definition,
        "The settings: kinds that count, period, who may see it",
    ),
    2: ModuleKind(
        "People and place",
        "Write what a newcomer should know about the area.",
        people.people_and_place,
        "Residents; ages and deprivation that you load",
        lacks.tables(AGES, DEPRIVATION),
    ),
    3: ModuleKind(
        "What and how much",
        "Write what explains these numbers, and what you doubt.",
        violence.how_much,
        "Incidents by kind, rate and month; hospital admissions that you load",
        lacks.admissions,
    ),
    4: ModuleKind(
        "Where",
        "Write what people who work in these places say.",
        violence.where,
        "Hotspots with sureness and change, a drawn map, concentration",
    ),
    5: ModuleKind(
        "When",
        "Write what is known about days and times.",
        violence.when,
        "Days and hours, where the data know them",
        lacks.days,
    ),
    6: ModuleKind(
        "Who",
        "Write who is harmed and who harms, without naming anyone.",
        people.who,
        "Your own words",
        lacks.people,
    ),
    7: ModuleKind(
        "Risk and protective factors",
        "Write what raises and what lowers the risk.",
        people.risk,
        "Deprivation that you load",
        lacks.tables(DEPRIVATION),
    ),
    8: ModuleKind(
        "Young people's voice",
        "Write what young people told you, and who was asked.",
        work.voices,
        "Numbers of the area's places that were released",
        lacks.voices,
    ),
    9: ModuleKind(
        "Assets and provision",
        "Write which services work here.",
        work.provision,
        "Kinds of work of recorded responses",
        lacks.responses,
    ),
    10: ModuleKind(
        "Responses and pilots",
        "Write what was learned from what was tried.",
        work.tried,
        "Responses by quarter, pilots that were signed off",
        lacks.responses,
    ),
    11: ModuleKind(
        "What is missing in the data",
        "Write which data you will ask for, and whom.",
        work.missing,
        "Months not delivered, incidents without a place",
    ),
    12: ModuleKind(
        "Equality",
        "Write what these shares mean for your plans.",
        people.equality,
        "Who lives in the places that stand out; tables that you load",
        lacks.tables(*KINDS),
    ),
    13: ModuleKind(
        "Recommendations",
        "Write each recommendation with its owner, its date and the module it rests on.",
        work.recommendations,
        "Questions that the numbers raise",
    ),
}


def module_states(sources: NeedsSources) -> tuple[ModuleState, ...]:
    """Every module with what it lacks now, without making any."""
    return tuple(
        ModuleState(number, kind.title, kind.made_from, tuple(kind.lacks(sources)))
        for number, kind in MODULES.items()
    )


def made_module(number: int, sources: NeedsSources) -> NeedsModule:
    """One module from the data as they are now."""
    kind, inquiry = MODULES[number], Inquiry(sources, number)
    kind.fill(inquiry)
    return NeedsModule(
        number=number,
        title=kind.title,
        prompt=kind.prompt,
        blocks=tuple(inquiry.blocks),
        traces=tuple(inquiry.traces),
        made=sources.now.date(),
        snapshot=sources.snapshot.id,
    )
