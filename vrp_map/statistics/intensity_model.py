"""Our ranking: how many incidents each cell should expect next month, and why.

A Gamma-Poisson model (empirical Bayes). The rate of a cell is a Gamma variable around what its
surroundings and its other categories would lead one to expect (a log-linear mean), and its counts
are Poisson. Fitted to all months known, that is a negative binomial regression; the expected rate
is then the mean between the cell's own record and what was expected of it, the record weighing the
more the longer and the busier it is. So a cell of two incidents leans on its surroundings, and one
of two hundred on itself.

One Gamma for all cells fits the many quiet ones and draws the few that are truly exceptional too
far down. Shrinkage is therefore limited: the surroundings never take more than one standard error
from a cell's own record.

Sources: C. N. Morris, "Parametric empirical Bayes inference", JASA 78 (1983), for the mean between
both; B. Efron and C. Morris, "Limiting the risk of Bayes and empirical Bayes estimators", JASA 66
(1971), for the limit; J. F. Lawless, "Negative binomial and mixed Poisson regression", Canadian
Journal of Statistics 15 (1987), for the regression.

Only counts of incidents go in: nothing about persons, nothing about who lives there. Police
activity (stop and search) stays out too: a map that sends the police where the police were would
prove itself right. Nothing is drawn at random. No seasons: a month of the year raises or lowers all
cells alike, which changes no ranking.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.sparse import coo_array, csr_array
from scipy.special import digamma, gammaln

from vrp_map.errors import UserError

Floats = NDArray[np.float64]

# A month weighs this much of the month after it: places change slowly. Chosen with RIDGE on one
# force and on the LSOA counts of another, and tested elsewhere (docs/backtest.md).
MEMORY = 0.9
RIDGE = 10.0
# The prior counts this many times its fitted weight. The limit guards the busy cells, so the quiet
# ones may lean more.
LEAN = 2.0
# Standard errors of a cell's own record that its surroundings may take from it.
MOST_TAKEN = 1.0
# With less than this there is nothing to learn. The ridge keeps a regression on few incidents from
# learning noise.
FEWEST_INCIDENTS, FEWEST_CELLS = 30, 30

OWN_RECORD, TYPICAL = "its own record", "what any cell has"
AROUND, FURTHER, OTHERS_AROUND = (
    "the same in the six cells around it",
    "the same in the twelve cells beyond those",
    "other incidents in the six cells around it",
)
_LIMITS = (-4.0, 5.0)


@dataclass(frozen=True)
class IntensityFit:
    """A fitted model.

    Attributes:
        expected: (n,) incidents of a month to expect in each cell.
        prior: (n,) the same without the cell's own record. trust: (n,) the weight of the record
            against it, 0 to 1; larger where the limit on shrinkage holds.
        typical: the prior of the cell in the middle of all inputs.
        inputs: what they are called. weights: (inputs,) the power of (1 + count) by which each
            raises the prior, >= 0.
        strength: how many incidents' worth of weight the prior has, as the regression found it.
        fitted: False where there was too little to learn from; then all cells have one prior, and
            the order is that of the plain counts. note: what happened, in a sentence.
    """

    expected: Floats
    prior: Floats
    trust: Floats
    typical: float
    inputs: tuple[str, ...]
    weights: Floats
    strength: float
    fitted: bool
    note: str
    _effects: Floats

    def explain(self, cell: int) -> list[tuple[str, float]]:
        """What a cell's expected incidents are made of: (input in words, incidents a month), the
        largest first.

        They add up to `expected`; one below 0 lowers it. What the surroundings add to a typical
        cell is shared among the inputs by their logarithms (B. W. Ang, "The LMDI approach to
        decomposition analysis", Energy Policy 33, 2005), which leaves no remainder.

        Args:
            cell: its position.

        Raises:
            UserError: there is no such cell.
        """
        if not 0 <= cell < len(self.expected):
            raise UserError(
                f"There is no cell {cell} in the model.", hint="Give a position on its lattice."
            )
        trust, prior = float(self.trust[cell]), float(self.prior[cell])
        steps = float(self._effects[cell].sum())
        each = (prior - self.typical) / steps if abs(steps) > 1e-9 else prior
        found = [
            (OWN_RECORD, float(self.expected[cell]) - (1 - trust) * prior),
            (TYPICAL, (1 - trust) * self.typical),
        ]
        shares = ((1 - trust) * each * self._effects[cell]).tolist()
        return sorted(
            [*found, *zip(self.inputs, shares, strict=True)], key=lambda item: -abs(item[1])
        )


def fit_intensity(
    own: ArrayLike,
    neighbours: NDArray[np.integer],
    *,
    others: ArrayLike | None = None,
    names: tuple[str, ...] = (),
) -> IntensityFit:
    """Fit the model to the months known so far.

    Args:
        own: (months, n) incidents of the chosen categories, the oldest month first, zero cells
            included.
        neighbours: (n, 6) positions of the neighbours, n = none (`grid.neighbour_index`); their
            neighbours are the second ring.
        others: (k, n) incidents of k other categories over the same months together. names: what to
            call them.

    Raises:
        UserError: the shapes do not fit, there is no month, or a count is negative or missing.
    """
    record, elsewhere = _checked(own, neighbours, others, names)
    months, n = record.shape
    total = record.sum(axis=0)
    memory = MEMORY ** np.arange(months - 1, -1, -1.0)
    if total.sum() < FEWEST_INCIDENTS or n < FEWEST_CELLS:
        return _without_inputs(total, months)
    inputs, words = _inputs(total, neighbours, elsewhere, names)
    centre, spread = inputs.mean(axis=0), inputs.std(axis=0)
    useful = spread > 1e-9
    inputs, words = inputs[:, useful], tuple(w for w, u in zip(words, useful, strict=True) if u)
    scaled = (inputs - centre[useful]) / spread[useful]
    strength, level, slopes = _regression(scaled, total, months)
    effects = scaled * slopes
    prior = np.exp(level + effects.sum(axis=1))
    rate = memory @ record / memory.sum()
    trust = _limited_trust(rate, prior, LEAN * strength, memory.sum())
    expected = trust * rate + (1 - trust) * prior
    note = f"fitted to {int(total.sum()):,} incidents in {n:,} cells over {months} months."
    return IntensityFit(
        expected=expected,
        prior=prior,
        trust=trust,
        typical=float(np.exp(level)),
        inputs=words,
        weights=slopes / spread[useful],
        strength=strength,
        fitted=True,
        note=note,
        _effects=effects,
    )


def _limited_trust(rate: Floats, prior: Floats, strength: float, months: float) -> Floats:
    """Weight of each cell's own rate against its prior: that of the Gamma posterior, more where the
    limit holds.

    Args:
        rate: (n,) incidents a month, by weight. months: how many months that is worth.

    Returns:
        (n,) from 0 to 1, so that trust x rate + (1 - trust) x prior is at least rate - MOST_TAKEN
        standard errors.
    """
    by_posterior = months / (strength / prior + months)
    above = rate - prior
    taken = MOST_TAKEN * np.sqrt(rate / months)
    least = 1 - np.divide(taken, above, out=np.ones_like(rate), where=above > 0)
    return np.asarray(np.maximum(by_posterior, least))


def _without_inputs(total: Floats, months: int) -> IntensityFit:
    """All-history counts, drawn towards their mean: the order stays that of the counts."""
    n = len(total)
    mean = float(total.mean()) / months if n else 0.0
    # One incident's worth of weight: any weight gives the same order.
    trust = months * mean / (1.0 + months * mean)
    expected = (1.0 - trust) * mean + trust * total / months
    note = (
        f"too little to learn from ({int(total.sum()):,} incidents in {n:,} cells, where"
        f" {FEWEST_INCIDENTS} in {FEWEST_CELLS} are needed), so the order is that of all counts so"
        " far."
    )
    return IntensityFit(
        expected=expected,
        prior=np.full(n, mean),
        trust=np.full(n, trust),
        typical=mean,
        inputs=(),
        weights=np.empty(0),
        strength=1.0,
        fitted=False,
        note=note,
        _effects=np.empty((n, 0)),
    )


def _inputs(
    total: Floats, neighbours: NDArray[np.integer], others: Floats, names: tuple[str, ...]
) -> tuple[Floats, tuple[str, ...]]:
    """(n, inputs): log(1 + count), so that the first incidents say more than the hundredth."""
    first = _adjacency(neighbours)
    second = csr_array((first @ first) > 0).astype(float)
    # Two steps lead back to the cell itself and, on hexagons, to its own neighbours: neither is
    # beyond them.
    second = csr_array(second - second.multiply(first))
    second.setdiag(0.0)
    everything = others.sum(axis=0)
    columns = [first @ total / 6, second @ total / 12, first @ everything / 6, *others]
    words = (AROUND, FURTHER, OTHERS_AROUND, *(f"{name} in the cell" for name in names))
    return np.log1p(np.column_stack(columns)), words


def _adjacency(neighbours: NDArray[np.integer]) -> csr_array:
    n = len(neighbours)
    starts, slots = np.nonzero(neighbours < n)
    ends = neighbours[starts, slots]
    return csr_array(coo_array((np.ones(len(starts)), (starts, ends)), shape=(n, n)))


def _regression(inputs: Floats, total: Floats, months: int) -> tuple[float, float, Floats]:
    """Negative binomial with log link, and no slope below 0.

    A ridge draws the slopes to 0 and the shape of the Gamma to 1, where a cell's own record counts:
    a few incidents in a few cells could otherwise be taken for proof that all cells with the same
    inputs are the same.

    More incidents nearby never lower what to expect: a negative slope would come of two inputs that
    say the same, and could be told to nobody.

    Returns:
        The shape of the Gamma, the intercept, the slopes (inputs,).
    """
    n, count = inputs.shape
    drawn = np.ones(count + 2)
    drawn[1] = 0.0

    def loss(at: Floats) -> tuple[float, Floats]:
        shape, slopes = np.exp(at[0]), at[2:]
        mean = months * np.exp(np.clip(at[1] + inputs @ slopes, -20, 12))
        both, together = shape + total, shape + mean
        likelihood = (
            gammaln(both)
            - gammaln(shape)
            + shape * np.log(shape)
            - both * np.log(together)
            + total * np.log(mean)
        )
        by_mean = shape * (total - mean) / together
        by_shape = (
            digamma(both) - digamma(shape) + np.log(shape) + 1 - np.log(together) - both / together
        )
        pull = RIDGE * at * drawn
        slope = np.concatenate([[shape * by_shape.sum(), by_mean.sum()], inputs.T @ by_mean]) - pull
        return (pull @ at / 2 - likelihood.sum()) / n, -slope / n

    start = np.zeros(count + 2)
    start[1] = np.log(total.mean() / months)
    bounds = [_LIMITS, (None, None), *[(0.0, None)] * count]
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300}
    ).x
    return float(np.exp(found[0])), float(found[1]), found[2:]


def _checked(
    own: ArrayLike,
    neighbours: NDArray[np.integer],
    others: ArrayLike | None,
    names: tuple[str, ...],
) -> tuple[Floats, Floats]:
    record = np.asarray(own, dtype=float)
    if record.ndim != 2 or not len(record):
        raise UserError(
            "The model needs one row of counts for each month.", hint="Give at least one month."
        )
    n = record.shape[1]
    if neighbours.ndim != 2 or len(neighbours) != n:
        raise UserError(
            "The neighbours do not fit the counts.", hint="Take both from the same lattice."
        )
    elsewhere = np.zeros((0, n)) if others is None else np.asarray(others, dtype=float)
    if elsewhere.ndim != 2 or elsewhere.shape != (len(names), n):
        raise UserError(
            "The other categories do not fit the counts.", hint="Give a row and a name for each."
        )
    for counts in (record, elsewhere):
        if not np.isfinite(counts).all() or (counts < 0).any():
            raise UserError("A count is negative or missing.", hint="An empty cell is 0.")
    return record, elsewhere
