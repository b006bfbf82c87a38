"""How the command line speaks: sentences, errors and progress. Loaded by every command, so it loads
nothing heavy.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from vrp_map.common.plain_text import visible
from vrp_map.errors import UserError

screen = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    screen.print(escape(_in_lines(screen, _safe(text))))


def complain(message: str, hint: str) -> None:
    refuse("Error:", message, hint)


def refuse(word: str, message: str, hint: str) -> None:
    """On the error stream: a bold word and what happened, then what to do."""
    text = _in_lines(_err, f"{word} {_safe(message)}")
    _err.print(f"[bold]{word}[/bold]{escape(text.removeprefix(word))}")
    if hint:
        _err.print(escape(_in_lines(_err, _safe(hint))))


def _safe(text: str) -> str:
    """Text that may repeat a name or a row as it was sent: a terminal obeys characters that an eye
    cannot see.
    """
    return "\n".join(visible(line) for line in text.split("\n"))


def _in_lines(console: Console, text: str) -> str:
    """In a window lines end between words, and no path is broken; a program gets the line whole."""
    if not console.is_terminal:
        return text
    return "\n".join(
        textwrap.wrap(text, console.width, break_long_words=False, break_on_hyphens=False)
    )


def plain(text: str) -> None:
    """Text for a program: as it is."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def as_json(found: Any) -> None:
    """An answer for a program, on one line."""
    plain(json.dumps(found, ensure_ascii=False))


def write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UserError(
            f"{path} cannot be written ({error.strerror}).", hint="Choose another file with -o."
        ) from error
    say(f"Wrote {path}.")


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on the error stream; nothing when a program reads the answer or nobody watches."""
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=_err, disable=quiet or not sys.stderr.isatty(), transient=True
    ) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda done, total, label: bar.update(
            task, completed=done, total=total or None, description=escape(label)
        )
