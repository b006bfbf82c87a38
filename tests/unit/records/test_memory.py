"""What is remembered is what a new question would be told."""

from __future__ import annotations

from vrp_map.records.engine.query_cache import QueryCache


def test_it_is_read_once_until_it_is_forgotten() -> None:
    memory, asked = QueryCache(), []

    def read() -> list[int]:
        asked.append(1)
        return [len(asked)]

    assert memory.get(("a",), read) == memory.get(("a",), read) == [1]
    memory.forget()
    assert memory.get(("a",), read) == [2] and len(asked) == 2


def test_what_was_read_before_a_write_is_not_kept_after_it() -> None:
    memory = QueryCache()

    def slow() -> str:
        memory.forget()  # somebody writes while this is being read
        return "old"

    assert memory.get(("a",), slow) == "old"
    assert memory.get(("a",), lambda: "new") == "new"


def test_codes_that_nobody_gave_away_do_not_fill_it() -> None:
    memory = QueryCache()
    for n in range(1000):
        assert memory.get((n,), list) == []
    assert memory.get(("a",), lambda: ["x"]) == ["x"] and memory.get(("a",), list) == ["x"]


def test_a_write_makes_only_the_queries_that_it_names_untrue() -> None:
    memory = QueryCache()
    keys = [("secret", 1), ("secret", 2), ("code", 1)]
    for key in keys:
        memory.get(key, lambda: ["old"])
    memory.forget(())
    assert [memory.get(key, lambda: ["new"]) for key in keys] == [["old"]] * 3
    memory.forget(["secret"])
    assert [memory.get(key, lambda: ["new"]) for key in keys] == [["new"], ["new"], ["old"]]
