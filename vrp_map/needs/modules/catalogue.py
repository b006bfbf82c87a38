"""The thirteen modules by number: title, what people are asked to write, and what makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vrp_map.needs.assessment import NeedsModule
from vrp_map.needs.inquiry import Inquiry
from vrp_map.needs.modules import people, violence, work
from vrp_map.needs.sources import NeedsSources


@dataclass(frozen=True)
class ModuleKind:
    """What a module is before it is made: its title, its prompt, and its maker."""

    title: str
    prompt: str
    fill: Callable[[Inquiry], None]


MODULES: Mapping[int, ModuleKind] = {
    1: ModuleKind(
        "Definition and scope",
        "Write what you count as serious violence here, and why.",
        violence.definition,
    ),
    2: ModuleKind(
        "People and place",
        "Write what a newcomer should know about the area.",
        people.people_and_place,
    ),
    3: ModuleKind(
        "What and how much",
        "Write what explains these numbers, and what you doubt.",
        violence.how_much,
    ),
    4: ModuleKind("Where", "Write what people who work in these places say.", violence.where),
    5: ModuleKind("When", "Write what is known about days and times.", violence.when),
    6: ModuleKind("Who", "Write who is harmed and who harms, without naming anyone.", people.who),
    7: ModuleKind(
        "Risk and protective factors", "Write what raises and what lowers the risk.", people.risk
    ),
    8: ModuleKind(
        "Young people's voice", "Write what young people told you, and who was asked.", work.voices
    ),
    9: ModuleKind("Assets and provision", "Write which services work here.", work.provision),
    10: ModuleKind(
        "Responses and pilots", "Write what was learned from what was tried.", work.tried
    ),
    11: ModuleKind(
        "What is missing in the data", "Write which data you will ask for, and whom.", work.missing
    ),
    12: ModuleKind("Equality", "Write what these shares mean for your plans.", people.equality),
    13: ModuleKind(
        "Recommendations",
        "Write each recommendation with its owner, its date and the module it rests on.",
        work.recommendations,
    ),
}


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
