"""The secret of a store: made once, for its owner only, and never in a snapshot."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.made_up import loaded, row, seen_by
from vrp_map.errors import UserError
from vrp_map.warehouse import secret
from vrp_map.warehouse.secret import SECRET_BYTES, secret_of


def test_it_is_made_once_and_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [bytes([i]) * SECRET_BYTES for i in range(1, 9)]
    monkeypatch.setattr(secret, "new_secret", lambda: made.pop())
    first = secret_of(tmp_path / "store")
    assert first == secret_of(tmp_path / "store") and len(made) == 7
    file = tmp_path / "store" / "secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and file.read_bytes() == first
    assert [p.name for p in file.parent.iterdir()] == ["secret"], "no draft is left"
    elsewhere = tmp_path / "safe" / "mine"
    assert secret_of(tmp_path / "store", str(elsewhere)) != first and elsewhere.exists()


def test_all_who_make_it_at_once_get_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: secret_of(tmp_path), range(40)))
    assert len(found) == 1


def test_no_two_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "new_secret", REAL)
    assert len({secret.new_secret() for _ in range(20)}) == 20


REAL = secret.new_secret


@pytest.mark.parametrize("held", [b"", b"short", b"x" * 33])
def test_what_is_no_secret_is_refused(held: bytes, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(held)
    with pytest.raises(UserError, match=rf"is not the secret of a store: it has {len(held)} bytes"):
        secret_of(tmp_path)


def test_without_a_place_for_it_only_analysts_get_numbers(tmp_path: Path) -> None:
    _, ws = loaded(tmp_path, [row() for _ in range(40)])
    (tmp_path / "a file").write_text("in the way")
    blocked = replace(
        ws, settings=replace(ws.settings, secret_file=str(tmp_path / "a file" / "secret"))
    )
    selection = ws.select("robbery")
    assert blocked.counts(selection, by="lad", audience="analyst").total == 40
    with pytest.raises(UserError, match="only analysts can see numbers"):
        blocked.counts(selection, by="lad", audience="partner")


def test_the_snapshot_does_not_hold_it(tmp_path: Path) -> None:
    _, ws = loaded(tmp_path, [row() for _ in range(40)])
    seen_by(ws, "partner")
    held = (ws.reader.path.parent / "secret").read_bytes()
    assert held not in ws.reader.path.read_bytes()


def test_another_secret_draws_other_incidents(tmp_path: Path) -> None:
    _, ws = loaded(tmp_path, [row(latitude=f"{52.45 + i * 0.0004:.6f}") for i in range(100)])
    one = seen_by(ws, "partner").counts.by_cell(ws.select("robbery"), resolution=10)
    (tmp_path / "other").write_bytes(b"o" * SECRET_BYTES)
    other = replace(ws, settings=replace(ws.settings, secret_file=str(tmp_path / "other")))
    two = seen_by(other, "partner").counts.by_cell(ws.select("robbery"), resolution=10)
    assert one["cell"].tolist() != two["cell"].tolist()
    assert abs(one["n"].sum() - 100) <= 10 and abs(two["n"].sum() - 100) <= 10
