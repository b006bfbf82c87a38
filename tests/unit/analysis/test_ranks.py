"""Areas in several orders: the ranks, their agreement, the sentence, and why there is none
by harm.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tests.grade_stores import workspace_of
from vrp_map.analysis import Question, harm_weights
from vrp_map.analysis.ranks import agreement, harm_of_areas, ranked, sentence
from vrp_map.vocabulary import Audience, Grade


def areas(n: list[int | None], people: list[int]) -> pd.DataFrame:
    counts = pd.Series(n, dtype="Int64")
    names = [chr(ord("A") + i) for i in range(len(n))]
    return pd.DataFrame({"name": names, "n": counts, **ranked(counts, pd.Series(people))})


def test_the_largest_is_not_the_worst() -> None:
    frame = areas([1000, 500, 100], [100_000, 10_000, 5_000])
    assert frame["rank"].tolist() == [1, 2, 3]
    assert frame["rank_rate"].tolist() == [3, 1, 2]
    assert frame["difference"].tolist() == [-2, 1, 1]


def test_a_small_area_is_not_first_by_luck() -> None:
    # Its own rate is the highest, from 5 incidents: smoothed, it comes after the one that is high
    # for sure.
    frame = areas([5, 900, 500, 480], [150, 30_000, 30_000, 30_000])
    assert (frame["rate"] < 5 / 150 * 1000).iloc[0]
    assert frame["rank_rate"].iloc[1] == 1


def test_a_hidden_number_has_no_rank_and_equal_ones_share_the_best() -> None:
    frame = areas([50, None, 50, 10], [1000, 1000, 1000, 1000])
    assert frame["rank"].tolist() == [1, pd.NA, 1, 3]
    assert frame.loc[1, ["rate", "rank_rate", "difference"]].isna().all()


def test_sharing_a_place_is_no_disagreement() -> None:
    # B and C share places 2 and 3 by incidents; by rate C comes before B, which is within what they
    # share.
    frame = areas([900, 300, 300, 90], [1000, 1000, 900, 1000])
    assert frame["rank"].tolist() == [1, 2, 2, 4]
    assert frame["rank_rate"].tolist() == [1, 3, 2, 4]
    assert frame["difference"].tolist() == [0, 0, 0, 0]


def test_agreement_of_two_lists_by_hand() -> None:
    # Pairs (1,2) (1,3) (2,3): two stand the same way round, one does not.
    how = agreement([1, 2, 3], [1, 3, 2])
    assert (how.tau, how.same, how.pairs) == (pytest.approx(1 / 3), 2, 3)
    # scipy's example of tau-b.
    assert agreement([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]).tau == pytest.approx(-0.47140452079103173)


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ([1, 2, 3, 4, 5, 6], "agree"),
        ([2, 1, 3, 4, 5, 6], "nearly agree"),
        ([3, 2, 1, 4, 5, 6], "mostly agree"),
        ([4, 3, 1, 2, 5, 6], "agree only in part"),
        ([4, 3, 2, 1, 6, 5], "have little to do with each other"),
        ([6, 5, 4, 3, 2, 1], "contradict each other"),
        ([7, 7, 7, 7, 7, 7], "cannot be compared"),
    ],
)
def test_agreement_in_words(second: list[int], words: str) -> None:
    assert agreement([1, 2, 3, 4, 5, 6], second).words == words


def test_the_sentence_names_the_first_of_each_list() -> None:
    frame = areas([1000, 500, 100], [100_000, 10_000, 5_000])
    assert (
        sentence(frame, agreement(frame["n"], frame["rate"]))
        == "A has the most incidents. B has the highest rate per resident. The two rankings"
        " contradict each other: 1 of 3 pairs of areas are in the same order."
    )
    same = areas([1000, 100, 50], [1000, 1000, 1000])
    assert sentence(same, agreement(same["n"], same["rate"])).startswith(
        "A has both the most incidents and the highest rate"
    )
    nothing = areas([None, None, None], [1, 1, 1])
    assert "too small" in sentence(nothing, agreement(nothing["n"], nothing["rate"]))


def question_of(grade: Grade) -> Question:
    ws = workspace_of(grade)
    return Question(ws.reader, ws.settings, ws.select("robbery"), Audience.ANALYST)


def test_harm_of_areas_adds_up_to_the_harm_of_all() -> None:
    question = question_of(Grade.A)
    areas = question.reader.current_areas
    keys = areas.loc[areas["type"] == "lad", "key"].tolist()
    harm, rests_on = harm_of_areas(question, keys)
    everywhere = harm_weights.run(
        replace(question, selection=replace(question.selection, areas=tuple(keys)))
    )
    assert harm is not None and harm.sum() == everywhere.table.frame["harm"].sum() > 0
    assert "days of imprisonment" in rests_on


def test_harm_says_why_not() -> None:
    assert harm_of_areas(question_of(Grade.D), ["lad:L1"])[0] is None
    assert "the offence itself is not known" in harm_of_areas(question_of(Grade.D), ["lad:L1"])[1]
    bare = question_of(Grade.A)
    without = replace(bare, settings=replace(bare.settings, harm_weights=""))
    assert harm_of_areas(without, ["lad:L1"]) == (None, "There is no table of harm weights.")
