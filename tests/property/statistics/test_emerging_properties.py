"""What must hold of emerging hot spots on any lattice and any counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from shapely.geometry import box

from vrp_map import grid
from vrp_map.statistics.emerging import EmergingClass, emerging, emerging_class, space_time_gi_star
from vrp_map.statistics.mann_kendall import mann_kendall
from vrp_map.statistics.persistence import persistence_class

WHOLE = grid.lattice([box(-1.93, 52.465, -1.905, 52.48)], resolution=9)
SHAPES = st.tuples(st.integers(0, 8), st.integers(0, 14))
MARKS = SHAPES.flatmap(lambda shape: arrays(np.int64, shape, elements=st.integers(-1, 1)))


def mirrored(classes: np.ndarray) -> list[str]:
    swap = {"hot": "cold", "cold": "hot"}
    return [" ".join(swap.get(word, word) for word in name.split(" ")) for name in classes]


@st.composite
def cubes(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Counts on some of the cells, in any shape: holes, islands, one cell, none; and any number of
    steps.
    """
    kept = np.array(draw(st.lists(st.booleans(), min_size=len(WHOLE), max_size=len(WHOLE))))
    cells = WHOLE[kept]
    steps = draw(st.integers(1, 12))
    counts = draw(arrays(np.int64, (len(cells), steps), elements=st.integers(0, 30)))
    return counts, grid.neighbour_index(cells)


@given(MARKS, st.data())
def test_cold_spots_are_the_mirror_of_hot_ones(marks: np.ndarray, data: st.DataObject) -> None:
    numbers = st.floats(-4, 4)
    z = data.draw(arrays(float, len(marks), elements=numbers))
    p = data.draw(arrays(float, len(marks), elements=st.floats(0, 1)))
    classes = emerging_class(marks, z, p)
    assert emerging_class(-marks, -z, p).tolist() == mirrored(classes)
    assert set(classes) <= {c.value for c in EmergingClass}
    assert persistence_class(-marks).tolist() == mirrored(persistence_class(marks))


@given(MARKS)
def test_the_class_agrees_with_the_last_step(marks: np.ndarray) -> None:
    classes = emerging_class(marks, np.zeros(len(marks)), np.ones(len(marks)))
    for row, name in zip(marks, classes, strict=True):
        kind = next((k for k in (" hot ", " cold ") if k in name), None)
        sign = {" hot ": 1, " cold ": -1, None: 0}[kind]
        if kind is None:
            # Every cell that is hot or cold at the end has a class.
            assert not row.size or row[-1] == 0
        elif name.startswith("historical"):
            assert row[-1] != sign and (row == sign).mean() >= 0.9
        else:
            assert row[-1] == sign


@given(cubes(), st.integers(0, 4))
def test_always_numbers_and_always_classes(
    cube: tuple[np.ndarray, np.ndarray], previous: int
) -> None:
    counts, index = cube
    found = emerging(counts, index, previous_steps=previous)
    assert found.z.shape == found.steps.shape == counts.shape
    assert np.isfinite(found.z).all() and np.isfinite(found.trend_z).all()
    assert ((found.trend_p >= 0) & (found.trend_p <= 1)).all()
    assert (found.steps * found.z >= 0).all()
    assert len(found.classes) == len(counts)


@given(cubes(), st.integers(1, 1000), st.integers(0, 50))
def test_the_unit_and_the_zero_do_not_matter(
    cube: tuple[np.ndarray, np.ndarray], unit: int, more: int
) -> None:
    counts, index = cube
    one, other = emerging(counts, index), emerging(counts * unit + more, index)
    assert other.z == pytest.approx(one.z, abs=1e-9)
    assert other.trend_z.tolist() == one.trend_z.tolist()
    assert other.classes.tolist() == one.classes.tolist()


@given(cubes(), st.randoms(use_true_random=False))
def test_the_order_of_the_cells_does_not_matter(
    cube: tuple[np.ndarray, np.ndarray], random: object
) -> None:
    counts, index = cube
    n = len(counts)
    order = list(range(n))
    random.shuffle(order)  # type: ignore[attr-defined]
    new_place = np.empty(n + 1, dtype=int)
    new_place[order], new_place[n] = np.arange(n), n
    moved = space_time_gi_star(counts[order], new_place[index[order]])
    assert moved == pytest.approx(space_time_gi_star(counts, index)[order], abs=1e-9)


@given(SHAPES.flatmap(lambda shape: arrays(np.int64, shape, elements=st.integers(-9, 9))))
def test_a_trend_turned_round_is_the_opposite_trend(rows: np.ndarray) -> None:
    there, back = mann_kendall(rows), mann_kendall(rows[:, ::-1])
    assert back.s.tolist() == (0 - there.s).tolist()
    assert back.p.tolist() == there.p.tolist()
    # Only the order of the values counts, not how far they lie apart.
    assert mann_kendall(rows.astype(float) ** 3).z.tolist() == there.z.tolist()
