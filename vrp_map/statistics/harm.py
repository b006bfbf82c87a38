"""Harm: incidents weighted by how grave the offence is, from an official table that the user
supplies.

Sources: L. Sherman, P. W. Neyroud and E. Neyroud, "The Cambridge Crime Harm Index", Policing 10
(2016): days of imprisonment of the sentencing guidelines' starting point; Office for National
Statistics, "Crime Severity Score". No table of weights is part of this package, and none is made up
for an offence that the table lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from vrp_map.errors import MethodRefused, UserError
from vrp_map.statistics import eligibility
from vrp_map.vocabulary import ALL_CATEGORIES, CATEGORY_ALIASES, WHY_NOT, Grade, Method

_CATEGORY_NAMES = {
    name.casefold() for name in (*ALL_CATEGORIES, *ALL_CATEGORIES.values(), *CATEGORY_ALIASES)
}


@dataclass(frozen=True)
class HarmWeights:
    """A table of weights, frozen.

    Attributes:
        name: of the index: "Cambridge Crime Harm Index".
        version: what pins it: the edition as stated and the file's fingerprint.
        unit: what one unit of weight is: "days of imprisonment".
        weights: offence code -> weight; codes are taken as `offence_code` writes them.
        left_out: rows of the file that have a weight but no offence code, and so can match nothing.

    Raises:
        UserError: no weights, or a weight that is negative or missing.
    """

    name: str
    version: str
    unit: str
    weights: Mapping[str, float] = field(repr=False)
    left_out: int = 0

    def __post_init__(self) -> None:
        table: dict[str, float] = {}
        for code, weight in self.weights.items():
            written = offence_code(code)
            if not (np.isfinite(weight) and weight >= 0):
                raise UserError(
                    f"The weight of offence {written} is negative or missing.",
                    hint="Correct the table.",
                )
            if table.setdefault(written, float(weight)) != float(weight):
                raise UserError(
                    f"Offence {written} has two different weights.", hint="Keep one of them."
                )
        if not table:
            raise UserError("The table of weights is empty.", hint="Give the official file.")
        object.__setattr__(self, "weights", MappingProxyType(table))


@dataclass(frozen=True)
class HarmResult:
    """The harm of some incidents.

    Attributes:
        total: the sum of count x weight over the offences that the table has.
        matched: incidents of those offences.
        unmatched: offence code -> incidents that are not in `total`, because the table lacks the
            code.
        name, version, unit: of the table.
    """

    total: float
    matched: int
    unmatched: Mapping[str, int]
    name: str
    version: str
    unit: str


def offence_code(code: str) -> str:
    """One way of writing a Home Office code: capitals, no spaces, no leading zeros ("008N" and "8n"
    are "8N").

    Raises:
        UserError: there is no code.
    """
    tight = re.sub(r"\s+", "", str(code)).upper()
    if not tight:
        raise UserError(
            "An offence code is empty.", hint="Give the Home Office code of every offence."
        )
    # 4.1 and 4.10 are different offences: only zeros in front go.
    return re.sub(r"(?<![0-9A-Z.])0+(?=[0-9])", "", tight)


def harm_of(counts: Mapping[str, int], weights: HarmWeights, *, grade: Grade) -> HarmResult:
    """The harm of counts by offence code.

    Args:
        counts: offence code -> incidents.
        grade: of the data; the offence itself must be known.

    Raises:
        MethodRefused: the data of this grade do not know the offence, or a code is a police.uk
            category.
        UserError: a count is negative or not whole, or a code is empty.
    """
    _refuse_merged(counts, grade)
    total, matched, unmatched = 0.0, 0, dict[str, int]()
    for code, count in counts.items():
        if not (count >= 0 and count == int(count)):
            raise UserError(
                "A count is negative or not a whole number.",
                hint="Give the incidents of each offence.",
            )
        written = offence_code(code)
        weight = weights.weights.get(written)
        if weight is None:
            unmatched[written] = unmatched.get(written, 0) + int(count)
            continue
        total += weight * int(count)
        matched += int(count)
    left = MappingProxyType(dict(sorted(unmatched.items())))
    return HarmResult(total, matched, left, weights.name, weights.version, weights.unit)


def weights_of(codes: Iterable[str], weights: HarmWeights, *, grade: Grade) -> NDArray[np.float64]:
    """The weight of every incident, to be summed over cells or given to a method that takes
    weights.

    Args:
        codes: (n,) the offence code of each incident.

    Returns:
        (n,) weights; NaN where the table lacks the code.

    Raises:
        MethodRefused, UserError: as in `harm_of`.
    """
    listed = list(codes)
    kinds = dict.fromkeys(listed)
    _refuse_merged(kinds, grade)
    found = {code: weights.weights.get(offence_code(code), float("nan")) for code in kinds}
    return np.array([found[code] for code in listed], dtype=float)


def _refuse_merged(codes: Iterable[str], grade: Grade) -> None:
    eligibility.require(Method.HARM_WEIGHTS, grade)
    for code in codes:
        if str(code).strip().casefold() in _CATEGORY_NAMES:
            raise MethodRefused(
                f"Harm weights are refused for the category {str(code).strip()}:"
                f" {WHY_NOT[Method.HARM_WEIGHTS]}.",
                hint="Give Home Office offence codes, or use counts by category instead.",
            )
