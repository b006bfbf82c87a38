"""Which k holds for whom."""

from __future__ import annotations

import itertools

from vrp_map.config import Settings
from vrp_map.disclosure import thresholds
from vrp_map.disclosure.words import fewer_than, no_incidents, uncoloured

LEVELS = (1, 3, 5, 8, 10, 20)


def test_whoever_sees_for_longer_or_sees_more_has_no_smaller_k() -> None:
    for partner, public, wall in itertools.product((1, 3, 5, 10, 20), repeat=3):
        settings = Settings(partner_k=partner, public_k=public, wall_k=wall)
        assert thresholds.hall_threshold(settings) == wall
        assert thresholds.wall_threshold(settings, is_past=False) == wall
        assert thresholds.wall_threshold(settings, is_past=True) == max(public, wall)
        assert thresholds.public_threshold(settings) == max(public, wall)
        assert thresholds.staff_threshold(settings) == max(partner, wall)
        assert thresholds.staff_threshold_alike(settings) == max(partner, public, wall)


def test_a_batch_could_be_any_two_of_its_people_and_a_cluster_any_two_incidents() -> None:
    assert not thresholds.is_full_batch(9, k=5) and thresholds.is_full_batch(10, k=5)
    assert thresholds.most_unheard(5) == 4 + 9
    assert thresholds.cluster_minimum(5) == 10 and thresholds.cluster_minimum(1) == 1


def test_words_tell_none_from_few_only_where_all_is_shown() -> None:
    assert no_incidents(1) == "no incidents" and uncoloured(1) == "No colour: none."
    assert "few" in no_incidents(5) and "none" in no_incidents(5)
    assert "few" in uncoloured(5) and "none" in uncoloured(5)
    assert {fewer_than(n, k=5) for n in range(5)} == {"fewer than 5"}
    assert fewer_than(1_204, k=5) == "1,204"
