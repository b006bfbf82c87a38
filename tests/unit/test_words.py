"""Sentences that people read use none of the phrases that need two readings.

Read are the string constants of the code (no docstrings), the text of templates, and the strings
of the pages' scripts.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

import vrp_map

_PACKAGE = Path(vrp_map.__file__).parent
# Every room, those to come too; "" is the modules above them.
_ROOMS = sorted({"", *(path.parent.name for path in _PACKAGE.glob("*/*.py"))})
# For readers of today; decisions and results say what was said then.
_DOCUMENTS = sorted([*(_PACKAGE.parent / "docs").glob("*.md"), *_PACKAGE.parent.glob("[RS]*.md")])
# Words of a sentence that can be understood in one reading; a list of names may be longer.
_LONGEST_SENTENCE = 26
_FORBIDDEN = re.compile(
    r"\b(whoever|somebody|everybody|anybody|from which on|lets? (?:out|through)|so many|as good as"
    r"|to the letter|who is no|takes? no pins|takes pins|stand-ins?|came in about|came up only"
    r"|by (?:itself|themselves|ourselves)|a hexagon shows|are the most|cut off|lay out)\b",
    re.IGNORECASE,
)
_TOO_PUBLIC = re.compile(r"\b(hexagons?|cells?|released?|contributors?)\b", re.IGNORECASE)
_SCRIPT_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
_SCRIPT_COMMENT = re.compile(r"^\s*//[^\n]*$|/\*(?s:.*?)\*/", re.MULTILINE)


class _Text(HTMLParser):
    """The words of a page: its text, and what a screen reader says instead of it."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value or "" for name, value in attrs if name == "aria-label"]


def _docstrings(tree: ast.Module) -> set[int]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, kinds)]
    return {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}


def _of_code(text: str) -> Iterator[str]:
    """Texts of code; what a text is filled with is "…"."""
    tree = ast.parse(text)
    skipped = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part for part in node.values if isinstance(part, ast.Constant)]
            skipped |= {id(part) for part in parts}
            yield "".join(str(v.value) if v in parts else "…" for v in node.values)
        elif isinstance(node, ast.Constant) and id(node) not in skipped:
            yield from [node.value] if isinstance(node.value, str) else []


def _of_script(text: str) -> Iterator[str]:
    for double, back in _SCRIPT_STRING.findall(_SCRIPT_COMMENT.sub("", text)):
        yield double or re.sub(r"\$\{[^}]*\}", "…", back)


def _of_template(text: str) -> Iterator[str]:
    page = _Text()
    page.feed(text)
    yield from page.words


_READERS = {".py": _of_code, ".js": _of_script, ".html": _of_template}


def _sentences(path: Path) -> list[str]:
    read = _READERS[path.suffix](path.read_text(encoding="utf-8"))
    return [" ".join(words.split()) for words in read if " " in words.strip()]


def _files(room: str) -> list[Path]:
    found = sorted(p for p in (_PACKAGE / room).glob("**/*" if room else "*"))
    found = [path for path in found if path.suffix in _READERS]
    return [path for path in found if path.name != "leaflet.js"]


@pytest.mark.parametrize("room", _ROOMS)
def test_sentences_need_one_reading(room: str) -> None:
    files = _files(room)
    assert files, f"{room} has no files: has the room moved?"
    wrong = [
        f"{path.relative_to(_PACKAGE)}: {hit.group()!r} in {words!r}"
        for path in files
        for words in _sentences(path)
        if (hit := _FORBIDDEN.search(words))
    ]
    assert wrong == []


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: path.name)
def test_documents_need_one_reading(document: Path) -> None:
    text = " ".join(document.read_text(encoding="utf-8").split())
    assert [text[hit.start() - 40 : hit.end() + 20] for hit in _FORBIDDEN.finditer(text)] == []


@pytest.mark.parametrize("room", _ROOMS)
def test_sentences_are_short(room: str) -> None:
    long = [
        f"{path.relative_to(_PACKAGE)}: {len(one.split())} words in {one!r}"
        for path in _files(room)
        for words in _sentences(path)
        for one in re.split(r"(?<=[.!?:;])\s", words)
        if len(one.split()) > _LONGEST_SENTENCE and one.count(",") < 5
    ]
    assert long == []


@pytest.mark.parametrize("folder", ["web/templates", "web/static"])
def test_the_pages_of_young_people_speak_of_places(folder: str) -> None:
    """A hexagon is "this place" or "this patch of the map"; staff's own pages may say hexagon."""
    wrong = [
        f"{path.name}: {words!r}"
        for path in _files(folder)
        if not path.name.startswith("respond")
        for words in _sentences(path)
        if _TOO_PUBLIC.search(words) and "{" not in words
    ]
    assert wrong == []


def test_each_reader_finds_a_sentence() -> None:
    code = 'def f(n):\n    """Whoever."""\n    return f"{n} that somebody kept"\n'
    script = '// "whoever waits"\nsay(`${n} hexagons kept`, "Take one away");\n'
    assert [*_of_code(code)] == ["… that somebody kept"]
    assert [*_of_script(script)] == ["… hexagons kept", "Take one away"]
    assert "let out" in [*_of_template('<p aria-label="let out">Words</p>')]
