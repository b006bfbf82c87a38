"""What the documents name exists, and what an operator can type or set is in the documents.

Every check is a function from a text to the faults in it, so that each is shown to fail too.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from vrp_map.cli import app
from vrp_map.config import Settings
from vrp_map.permissions import PERMISSIONS

ROOT = Path(__file__).resolve().parents[3]
PAGES = [ROOT / "README.md", ROOT / "data" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TOPS = ("vrp_map", "pipelines", "tests", "docs", "benchmarks", "boundaries", "data", ".ci")

# Files and folders that the reader makes, or that somebody else sends.
READERS_OWN = {"vrp.toml", "coventry.geojson", "wards.gpkg", "YOUR.toml", "SOURCES.toml"}
SUFFIXES = ("py", "sql", "toml", "md", "js", "html", "css", "png", "csv", "txt", "gpkg", "geojson")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(text: str) -> list[str]:
    """The fenced code blocks, without their fences."""
    return re.findall(r"^ *```[^\n]*\n(.*?)^ *```", text, re.S | re.M)


def inline_code(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", re.sub(r"^ *```.*?^ *```", "", text, flags=re.S | re.M))


@cache
def tree() -> frozenset[str]:
    """Every file and folder of the project, from its root."""
    found = {p.name for p in ROOT.iterdir()}
    for top in TOPS:
        found |= {p.relative_to(ROOT).as_posix() for p in (ROOT / top).rglob("*")}
    return frozenset(found)


@cache
def endings() -> frozenset[str]:
    """Every way to name a file by the last parts of its path."""
    return frozenset(
        "/".join(parts[n:]) for parts in (p.split("/") for p in tree()) for n in range(len(parts))
    )


@cache
def sources(top: str, suffix: str) -> str:
    return "\n".join(text_of(p) for p in sorted((ROOT / top).rglob(f"*.{suffix}")))


@cache
def commands() -> dict[str, Any]:
    """Every command by its words: "vrp-map fetch police-uk"."""

    def walk(command: Any, words: str) -> Iterator[tuple[str, Any]]:
        yield words, command
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(inner, f"{words} {name}")

    return dict(walk(typer.main.get_command(app), "vrp-map"))


def options(command: Any) -> set[str]:
    named = {o for p in command.params for o in (*p.opts, *p.secondary_opts) if o[0] == "-"}
    return named | {"--help"}


def missing_files(text: str) -> list[str]:
    """Files, folders and test files in `code` that are not in the project."""
    found = []
    for code in inline_code(text):
        name = code.split("::")[0].rstrip("/")
        looks_so = re.fullmatch(rf"[\w./-]+\.({'|'.join(SUFFIXES)})", name) or (
            re.fullmatch(r"[\w./-]+", name) and name.split("/")[0] in set(TOPS) - {"data"}
        )
        if looks_so and name not in READERS_OWN and name not in endings():
            found.append(name)
    return found


def missing_tests(text: str) -> list[str]:
    """Tests called by name that nobody wrote."""
    named = {word for code in inline_code(text) for word in re.findall(r"(?<![.\w])test_\w+", code)}
    stems = {Path(name).stem for name in tree()}
    return sorted(name for name in named - stems if f"def {name}(" not in sources("tests", "py"))


def wrong_commands(text: str) -> list[str]:
    """Lines with `vrp-map` that the command line would not understand."""
    lines = [line for block in blocks(text) for line in block.splitlines()]
    lines = [part for line in lines for part in line.split("&&")] + inline_code(text)
    return [
        fault
        for line in lines
        if line.strip().startswith("vrp-map ")
        for fault in faults_of_line(shlex.split(line, comments=True))
    ]


def faults_of_line(words: list[str]) -> Iterator[str]:
    path, command = "vrp-map", commands()["vrp-map"]
    rest = words[1:]
    while rest:
        word = rest[0]
        if word.startswith("-"):
            name, _, value = word.partition("=")
            if name not in options(command):
                yield f"{path} has no option {name}"
                return
            taken = next((p for p in command.params if name in (*p.opts, *p.secondary_opts)), None)
            values = 0 if taken is None or taken.is_flag or value else taken.nargs
            rest = rest[1 + values :]
        elif getattr(command, "commands", None):
            if word.isupper() or word == "…":
                return
            path = f"{path} {word}"
            if path not in commands():
                yield f"there is no command {path}"
                return
            command, rest = commands()[path], rest[1:]
        else:
            if not any(p.param_type_name == "argument" for p in command.params) and word != "…":
                yield f"{path} takes no {word}"
            rest = rest[1:]


def unknown_settings(text: str) -> list[str]:
    """`VRP_…` names that no setting has (the tests' own aside, and the password that is none)."""
    besides = {"VRP_REAL_DATA", "VRP_MAIL_PASSWORD"}
    known = {f"VRP_{f.name.upper()}" for f in fields(Settings)} | besides
    return sorted(set(re.findall(r"\bVRP_[A-Z_]+\b", text)) - known)


def unknown_tables(text: str) -> list[str]:
    """Names in the grammar of our tables that no schema makes."""
    made = set(
        re.findall(
            r"CREATE (?:\w+ )*?(?:TABLE|VIEW)(?: IF NOT EXISTS)? (\w+)", sources("vrp_map", "sql")
        )
    )
    named = {c for c in inline_code(text) if re.fullmatch(r"(agg|core|meta|quarantine|ref)_\w+", c)}
    return sorted(named - made)


@cache
def titles() -> frozenset[str]:
    """The staff pages, as the navigation calls them."""
    return frozenset(re.findall(r'\btitle="([^"]+)"', text_of(ROOT / "vrp_map/ui/main.py")))


def unknown_pages(text: str) -> list[str]:
    """Pages called by name, **Name** page or page **Name**, that the navigation lacks."""
    named = re.findall(r"\*\*([^*]+)\*\* page\b", text) + re.findall(
        r"\bpage \*\*([^*]+)\*\*", text
    )
    return sorted(set(named) - titles())


@cache
def routes() -> list[re.Pattern[str]]:
    ways = re.findall(r'Route\(\s*f?"(/[^"]*)"', sources("vrp_map/web", "py"))
    return [re.compile(re.sub(r"\{+[^{}]*\}+", "[^/]+", way).replace(".", r"\.")) for way in ways]


def unknown_addresses(text: str) -> list[str]:
    """Addresses such as `/wall/<code>` that no route answers."""
    named = {re.sub(r"^(GET|POST|DELETE) ", "", code).split("?")[0] for code in inline_code(text)}
    named = {
        n.rstrip(",.") for n in named if re.match(r"/(pin|wall|map|api|event|voices|healthz)", n)
    }
    return sorted(n for n in named if not any(r.fullmatch(n) for r in routes()))


def anchors(text: str) -> set[str]:
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"^ *```.*?^ *```", "", text, flags=re.S | re.M), re.M
    )
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def broken_links(text: str, page: Path) -> list[str]:
    """Links to files or headings that are not there."""
    found = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text)):
        name, _, anchor = target.partition("#")
        if "://" in target:
            continue
        path = (page.parent / name).resolve() if name else page
        where = text if path == page else text_of(path) if anchor and path.is_file() else ""
        if not path.exists() or (anchor and anchor not in anchors(where)):
            found.append(target)
    return found


CHECKS: list[Callable[[str], list[str]]] = [
    missing_files,
    missing_tests,
    wrong_commands,
    unknown_settings,
    unknown_tables,
    unknown_pages,
    unknown_addresses,
]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_what_a_page_names_is_there(page: Path) -> None:
    text = text_of(page)
    faults = [f"{check.__name__}: {fault}" for check in CHECKS for fault in check(text)]
    assert faults + broken_links(text, page) == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (missing_files, "`vrp_map/warehouse/whole_file.py` says so"),
        (missing_files, "in `tests/unit/nowhere`"),
        (missing_files, "`nowhere.sql`"),
        (missing_tests, "held by `test_nobody_wrote_this`"),
        (wrong_commands, "```\nvrp-map bild data/inbox\n```"),
        (wrong_commands, "```\n  vrp-map build data/inbox --colour red\n```"),
        (wrong_commands, "`vrp-map fetch ambulance`"),
        (wrong_commands, "```\npip install . && vrp-map count --bye month\n```"),
        (wrong_commands, "`vrp-map serve everything`"),
        (unknown_settings, "set `VRP_PARTNER_KAY`"),
        (unknown_tables, "`core_incidents` holds them"),
        (unknown_pages, "on the page **Hotspot map**"),
        (unknown_pages, "the **Tracks** page"),
        (unknown_addresses, "`GET /api/walls/<code>`"),
        (lambda text: broken_links(text, ROOT / "README.md"), "[x](docs/nowhere.md)"),
        (lambda text: broken_links(text, ROOT / "README.md"), "# One\n[x](#two)"),
        (lambda text: broken_links(text, ROOT / "README.md"), "[x](docs/settings.md#nowhere)"),
    ],
)
def test_a_planted_fault_is_found(check: Callable[[str], list[str]], text: str) -> None:
    assert check(text)


@pytest.mark.parametrize("words", sorted(commands()))
def test_every_command_and_option_is_documented(words: str) -> None:
    """Each command has a heading of its own in docs/commands.md, and its options under it."""
    sections = dict(
        re.findall(
            r"^## `([^`]+)`\n(.*?)(?=^## |\Z)", text_of(ROOT / "docs/commands.md"), re.S | re.M
        )
    )
    assert words in sections
    named = set(re.findall(r"`(--?[\w-]+)", sections[words])) | {"--help"}
    assert named == options(commands()[words])


def test_every_setting_is_documented_with_its_default() -> None:
    rows = dict(
        re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|", text_of(ROOT / "docs/settings.md"), re.M)
    )
    assert set(rows) == {f.name for f in fields(Settings)}
    for f in fields(Settings):
        if isinstance(f.default, int) or f.name in {"place", "time_zone", "harm_index", "store"}:
            assert rows[f.name].strip().strip("`") == str(f.default), f.name


def test_every_page_and_role_is_documented() -> None:
    together = "".join(text_of(page) for page in PAGES)
    assert [t for t in titles() if f"**{t}**" not in together] == []
    table = dict(re.findall(r"^\| (.+?) \| (.+?) \|$", text_of(ROOT / "docs/permissions.md"), re.M))
    assert set(PERMISSIONS) - set(table) == set()


def test_decisions_have_a_number_of_their_own_and_four_parts() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [text_of(p).split(". ")[0] for p in pages] == [f"# {int(p.name[:4])}" for p in pages]
    assert len({p.name[:4] for p in pages}) == len(pages)
    for part in ("Context", "Decision", "What it costs", "What else was tried"):
        assert [p.name for p in pages if f"**{part}" not in text_of(p)] == []


def test_the_classes_of_the_glossary_are_in_the_code() -> None:
    named = re.findall(r"\(`(\w+)`\)", text_of(ROOT / "docs/glossary.md"))
    assert named and [n for n in named if f"class {n}" not in sources("vrp_map", "py")] == []
