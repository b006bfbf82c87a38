"""Imports run downwards, every heavy library has one home, and no file grows too long to read."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 350

# Folder or root module -> layer. A module may import its own layer and those below it.
# `vrp_map` itself (the public API) is checked as the workspace is.
_FLOORS = (
    "config errors vocabulary resources common",
    "grid selection principal permissions wording statistics disclosure",
    "warehouse records",
    "analysis export places residents",
    "workspace maps views",
    "summit responses pilots schools funding briefs needs handover accounts",
    "server web ui",
    "cli",
)
LAYERS = {f"vrp_map.{name}": n for n, floor in enumerate(_FLOORS) for name in floor.split()}
LAYERS |= {"vrp_map": 4, "pipelines": 6, "app": 7}

# Folders that may hold more files than fit in the eye, each one method, concern or page a file.
MOST_FILES = 15
MANY = {"vrp_map.statistics", "vrp_map.analysis", "vrp_map.records.engine", "vrp_map.ui.screens"}

# These stand on the same layer and must not know each other.
STRANGERS = ({"vrp_map.ui", "vrp_map.web", "pipelines"}, {"vrp_map.warehouse", "vrp_map.records"})

# Heavy library -> the modules or packages that may import it.
HOMES = {
    "streamlit": {"vrp_map.ui", "app"},
    "starlette": {"vrp_map.web", "app"},
    "duckdb": {"vrp_map.warehouse", "vrp_map.records", "vrp_map.common.sql_folder"},
    "folium": {"vrp_map.maps"},
    "branca": {"vrp_map.maps"},
    "xstatic": {"vrp_map.maps", "vrp_map.web"},
    "sklearn": {"vrp_map.statistics"},
    "h3": {"vrp_map.grid"},
    "segno": {"vrp_map.summit.event_address"},
    "h3ronpy": {"vrp_map.grid"},
    "httpx": {"pipelines"},
    "rapidfuzz": {"vrp_map.places"},
    "typer": {"vrp_map.cli"},
    "rich": {"vrp_map.cli"},
    "geopandas": {
        "vrp_map.analysis.study.areas",
        "vrp_map.export",
        "vrp_map.grid",
        "vrp_map.maps",
        "vrp_map.places",
        "vrp_map.views",
        "vrp_map.warehouse",
        "vrp_map.workspace",
        "pipelines.boundaries",
        "pipelines.demo_streets",
    },
}

# The pure core: no files, no clock, no database, no network.
PURE = (
    "vrp_map.grid",
    "vrp_map.statistics",
    "vrp_map.disclosure",
    "vrp_map.selection",
    "vrp_map.principal",
    "vrp_map.permissions",
    "vrp_map.common.plain_text",
    "vrp_map.common.rate_limits",
    "vrp_map.places.search_order",
    "vrp_map.summit.pins.pin",
    "vrp_map.summit.moderation.details",
    "vrp_map.summit.moderation.flags",
    "vrp_map.summit.moderation.look_alikes",
)
IMPURE = {
    "os",
    "time",
    "random",
    "pathlib",
    "socket",
    "subprocess",
    "logging",
    "duckdb",
    "httpx",
    "sqlite3",
    "tempfile",
    "shutil",
}


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def longest(name: str, known: dict[str, int]) -> str | None:
    return max((k for k in known if within(name, k)), key=len, default=None)


def imports_of(source: str, module: str) -> Iterator[str]:
    """Every module that a file imports, inside functions too; names from our own packages as
    "package.name".
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = module.split(".")[: -node.level]
                base = ".".join([*parent, base]).strip(".")
            yield base
            if within(base, "vrp_map") or within(base, "pipelines"):
                yield from (f"{base}.{alias.name}" for alias in node.names)


def faults_of(module: str, source: str) -> list[str]:
    """What is wrong with the imports of one module, in sentences."""
    found = []
    own = longest(module, LAYERS)
    if own is None:
        return [f"{module} has no layer"]
    for name in sorted(set(imports_of(source, module))):
        theirs = longest(name, LAYERS)
        # `from vrp_map import grid` names the package on the way to a module.
        if theirs and not (theirs == "vrp_map" and name != module):
            if LAYERS[theirs] > LAYERS[own]:
                found.append(
                    f"{module} (layer {LAYERS[own]}) imports {name} (layer {LAYERS[theirs]})"
                )
            for group in STRANGERS:
                if {own, theirs} <= group and own != theirs:
                    found.append(f"{module} imports {name}, and the two must not know each other")
        home = HOMES.get(name.split(".")[0])
        if home and not any(within(module, place) for place in home):
            found.append(f"{module} imports {name}, whose home is {', '.join(sorted(home))}")
        if any(within(module, pure) for pure in PURE) and name.split(".")[0] in IMPURE:
            found.append(f"{module} is pure and imports {name}")
    return found


def modules() -> dict[str, Path]:
    files = [
        *(ROOT / "vrp_map").rglob("*.py"),
        *(ROOT / "pipelines").rglob("*.py"),
        ROOT / "app.py",
    ]
    return {
        ".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p
        for p in files
    }


MODULES = modules()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_run_downwards_and_libraries_stay_at_home(module: str) -> None:
    assert faults_of(module, MODULES[module].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_file_can_be_read(module: str) -> None:
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_no_folder_grows_without_a_question() -> None:
    files = (path for path in MODULES.values() if path.name != "__init__.py")
    sizes = Counter(".".join(path.relative_to(ROOT).parent.parts) for path in files)
    crowded = {folder for folder, size in sizes.items() if size > MOST_FILES}
    assert {folder for folder in crowded if within(folder, "vrp_map")} <= MANY


@pytest.mark.parametrize(
    ("module", "source", "fault"),
    [
        (
            "vrp_map.grid",
            "from vrp_map.warehouse.ingest.build import build",
            "layer 1) imports vrp_map.warehouse.ingest.build",
        ),
        ("vrp_map.grid", "def f():\n    from vrp_map import workspace", "(layer 4)"),
        ("vrp_map.warehouse.ingest.build", "from ... import views", "(layer 4)"),
        (
            "vrp_map.errors",
            "import vrp_map.config as c\nimport vrp_map.selection",
            "vrp_map.selection (layer 1)",
        ),
        ("vrp_map.ui.main", "from vrp_map.web import routes", "must not know each other"),
        ("pipelines.demo", "from vrp_map.ui.shared.session import x", "must not know each other"),
        ("vrp_map.web.map.routes", "import streamlit as st", "whose home is app, vrp_map.ui"),
        ("vrp_map.workspace", "import duckdb", "whose home is vrp_map.common.sql_folder"),
        (
            "vrp_map.analysis.shaping",
            "from sklearn.cluster import DBSCAN",
            "whose home is vrp_map.statistics",
        ),
        ("vrp_map.ui.hotspots.picture", "import h3", "whose home is vrp_map.grid"),
        ("vrp_map.statistics.trend", "import os", "is pure and imports os"),
        ("vrp_map.newcomer", "from vrp_map.cli import app", "(layer 7)"),
        ("elsewhere", "", "has no layer"),
    ],
)
def test_the_checker_can_fail(module: str, source: str, fault: str) -> None:
    assert any(fault in said for said in faults_of(module, source))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (
            "vrp_map.workspace",
            "from vrp_map import grid\nfrom vrp_map.warehouse.reader import Reader",
        ),
        (
            "vrp_map.ui.main",
            "import streamlit\nfrom vrp_map.ui import words\nfrom vrp_map.views.hotspots import x",
        ),
        (
            "app",
            (
                "import streamlit\nfrom starlette.middleware import Middleware\nimport vrp_map.ui,"
                " vrp_map.web"
            ),
        ),
    ],
)
def test_the_checker_can_pass(module: str, source: str) -> None:
    assert faults_of(module, source) == []


def test_no_query_outside_the_sql_files() -> None:
    """SELECT, INSERT and the like live in `.sql` files."""
    words = ("SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "CREATE TABLE")
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not node.value.lstrip().startswith(words), f"{module}, line {node.lineno}"


def test_no_query_parses_times_by_format() -> None:
    """DuckDB's strptime reads past the end of a text that is shorter than its format
    (`build/wall_clock.sql`).
    """
    queries = {
        p: re.sub(r"--.*", "", p.read_text(encoding="utf-8"))
        for p in (ROOT / "vrp_map").rglob("*.sql")
    }
    assert queries and not [path for path, query in queries.items() if "strptime(" in query.lower()]


def test_the_sql_files_are_in_the_repository() -> None:
    """A line such as `build/` in .gitignore would leave out the folder of the build's queries."""
    ignored = [
        line.strip() for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    ]
    folders = {p.name for p in (ROOT / "vrp_map").rglob("*") if p.is_dir()} | {
        p.name for p in (ROOT / "pipelines").rglob("*") if p.is_dir()
    }
    caches = {"__pycache__"}
    assert not [
        line for line in ignored if line.strip("/") in folders - caches and not line.startswith("/")
    ]


# What may be seen is decided in one room: nobody else reads a threshold's setting, or compares or
# reckons with a k. In `statistics`, k is a letter of a formula.
THRESHOLD_SETTINGS = {"partner_k", "public_k", "wall_k"}
THRESHOLD_ROOMS = ("vrp_map.disclosure", "vrp_map.config", "vrp_map.statistics")
CHOOSERS = re.compile(r"k|k_alike|alike|\w*threshold\w*|batch_minimum|cluster_minimum")


def deciders(source: str) -> set[str]:
    """The parts of a file that read a threshold's setting, or do more with a k than hand it on."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        sides: list[ast.expr] = []
        if getattr(node, "attr", getattr(node, "value", None)) in THRESHOLD_SETTINGS:
            found.add(ast.unparse(node))
        elif isinstance(node, ast.Compare) and not isinstance(node.ops[0], (ast.In, ast.NotIn)):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.BinOp):
            sides = [node.left, node.right]
        if any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in sides):
            continue
        for side in sides:
            asked = side.func if isinstance(side, ast.Call) else side
            name = getattr(asked, "attr", getattr(asked, "id", ""))
            if CHOOSERS.fullmatch(name):
                found.add(ast.unparse(node))
    return found


@pytest.mark.parametrize("module", sorted(MODULES))
def test_only_the_privacy_rule_judges_by_a_threshold(module: str) -> None:
    if not any(within(module, room) for room in THRESHOLD_ROOMS):
        assert deciders(MODULES[module].read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    "source",
    [
        "if n < settings.public_k: pass",
        "least = max(settings.wall_k, 5)",
        'getattr(settings, "partner_k")',
        "few = table.k == 1",
        "shown = [n for n in counts if n >= k]",
        "told = n >= threshold(audience, settings)",
        "many = people > vrp_map.disclosure.thresholds.staff_threshold(settings)",
        "least = 2 * question.k",
        "waits = len(people) < batch_minimum(5)",
    ],
)
def test_a_judge_elsewhere_is_seen(source: str) -> None:
    assert deciders(source)


def private_imports(source: str) -> list[str]:
    """The private names that a file takes from other modules."""
    return [
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]


def test_what_is_private_stays_in_its_module() -> None:
    taken = {m: private_imports(p.read_text(encoding="utf-8")) for m, p in MODULES.items()}
    assert {m: names for m, names in taken.items() if names and m not in SEALERS} == {}
    assert private_imports("from vrp_map.ui.hotspots.panel import _figures")


# Only the rules themselves fill a sealed table; everybody else asks them.
SEALERS = {
    "vrp_map.disclosure.sealed",
    "vrp_map.disclosure.protect",
    "vrp_map.disclosure.released",
    "vrp_map.disclosure.response_counts",
}
SECRETS = {"_fill", "_again", "_contents", "Contents"}


def seal_breakers(source: str) -> set[str]:
    """The inner parts of `vrp_map.disclosure.sealed` that a file names, and whatever makes an
    object past its own making.
    """
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module in SEALERS:
            names |= {alias.name for alias in node.names} & SECRETS
        if isinstance(node, ast.Attribute):
            names |= {node.attr} & (SECRETS | {"__new__"})
    return names


@pytest.mark.parametrize("module", sorted(set(MODULES) - SEALERS))
def test_only_the_rules_seal_a_table(module: str) -> None:
    assert seal_breakers(MODULES[module].read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    "source",
    [
        "from vrp_map.disclosure.sealed import _fill",
        "from vrp_map.disclosure.protect import _again",
        "from vrp_map import sealed\nsealed._contents[x] = y",
        "object.__new__(Protected)",
    ],
)
def test_a_broken_seal_is_seen(source: str) -> None:
    assert seal_breakers(source)


# Words that are participles, beside those that end in -ed and -ing.
IRREGULAR = {
    "broken",
    "chosen",
    "drawn",
    "found",
    "given",
    "held",
    "hidden",
    "kept",
    "known",
    "left",
    "lost",
    "made",
    "said",
    "seen",
    "sent",
    "shown",
    "taken",
    "told",
    "untold",
    "written",
}
# The field's words for a table that went through the rules: what was done to it is what it is.
PARTICIPLES = {"Protected", "Released", "Sealed"}
# Nouns that only look so.
NOUNS = {"Heading", "String", "Setting", "Building", "Meeting", "Funding"}


def classes_of(sources: dict[str, str]) -> dict[str, list[tuple[str, list[str]]]]:
    """Every class by name: the modules that define it, each with the names of its bases."""
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for module, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef):
                bases = [ast.unparse(base).split(".")[-1] for base in node.bases]
                found.setdefault(node.name, []).append((module, bases))
    return found


def faults_of_names(sources: dict[str, str]) -> list[str]:
    """Class names that stand twice, and participles. An error says what happened, so it may be
    called "file refused".
    """
    classes = classes_of(sources)
    errors = {"Exception", "ValueError", "OSError"}
    while (
        more := {
            name for name, all_of in classes.items() for _, bases in all_of if errors & set(bases)
        }
        - errors
    ):
        errors |= more
    found = []
    for name, all_of in sorted(classes.items()):
        if len(all_of) > 1:
            found.append(f"{name} is a class in {', '.join(module for module, _ in all_of)}")
        word = re.findall(r"[A-Z][a-z0-9]*|[a-z]+", name)[-1]
        if name in PARTICIPLES | errors or word in NOUNS:
            continue
        if word.lower() in IRREGULAR or (len(word) > 4 and word.endswith(("ed", "ing"))):
            found.append(f"{name} is a participle: name the thing")
    return found


def test_every_class_name_is_a_noun_and_stands_once() -> None:
    sources = {module: path.read_text(encoding="utf-8") for module, path in MODULES.items()}
    assert faults_of_names(sources) == []


@pytest.mark.parametrize(
    ("one", "other", "fault"),
    [
        ("class Layer: ...", "if 1:\n    class Layer: ...", "Layer is a class in one, other"),
        ("class PinKept: ...", "", "PinKept is a participle"),
        ("class _Emerging: ...", "", "_Emerging is a participle"),
        ("class Refused(Base): ...", "class Base: ...", "Refused is a participle"),
    ],
)
def test_a_bad_class_name_is_seen(one: str, other: str, fault: str) -> None:
    assert any(fault in said for said in faults_of_names({"one": one, "other": other}))


@pytest.mark.parametrize(
    "source",
    [
        "class Heading: ...",
        "class Shed: ...",
        "class Base(errors.UserError): ...",
        "class UserError(Exception): ...\nclass FileRefused(UserError): ...",
    ],
)
def test_a_good_class_name_passes(source: str) -> None:
    assert faults_of_names({"one": source}) == []


# What a process holds besides its one server object: the first four belong on it; none may come.
HELD = {
    # Streamlit runs the pages itself: nothing can be handed to them.
    "vrp_map.server": {"_here"},
    # The settings file that one run of the command line was given.
    "vrp_map.cli.commands": {"_given"},
    # Texts of the package, which are the same for every server; and what each sealed table holds.
    "vrp_map.records.engine.open_file": {"FILES"},
    "vrp_map.warehouse.sql_files": {"_files"},
    "vrp_map.disclosure.sealed": {"_contents"},
}
_EMPTY = {"dict", "list", "set", "OrderedDict", "defaultdict", "deque", "WeakKeyDictionary"}
_LOCKS = {"Lock", "RLock", "Semaphore", "Condition", "Event"}


def called(node: ast.AST | None) -> str:
    """The name of what an expression calls; "" for any other."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def changeable_classes(source: str) -> set[str]:
    """The classes of a file whose objects can change: no frozen dataclass, no Enum, no tuple."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            bases = {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
            frozen = any(
                keyword.arg == "frozen" and getattr(keyword.value, "value", False)
                for made in node.decorator_list
                if isinstance(made, ast.Call)
                for keyword in made.keywords
            )
            if not frozen and not bases & {"StrEnum", "Enum", "IntEnum", "NamedTuple", "Protocol"}:
                found.add(node.name)
    return found


def held_by_a_module(source: str, classes: set[str]) -> set[str]:
    """The names of a module that hold what changes: an object, an empty container, a lock."""
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign):
            names, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            names, value = [node.target], node.value
        else:
            continue
        empty = isinstance(value, (ast.Dict, ast.List)) and not ast.unparse(value).strip("[]{}")
        maker = called(value)
        made_empty = maker in _EMPTY and not getattr(value, "args", None)
        if empty or made_empty or maker in _LOCKS or maker in classes:
            found |= {name.id for name in names if isinstance(name, ast.Name)}
    return found


SOURCES = {module: path.read_text(encoding="utf-8") for module, path in MODULES.items()}


def test_no_module_holds_what_changes() -> None:
    classes = set().union(*map(changeable_classes, SOURCES.values()))
    held = {module: held_by_a_module(source, classes) for module, source in SOURCES.items()}
    assert {module: names for module, names in held.items() if names} == HELD


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("class Cache:\n    pass\n_kept = Cache()", {"_kept"}),
        ("_kept: dict[str, int] = {}\nWORDS = {'a': 1}\nX: int", {"_kept"}),
        ("_kept = OrderedDict()\n_lock = threading.Lock()", {"_kept", "_lock"}),
        ("@dataclass(frozen=True)\nclass Rule:\n    n: int\nRULE = Rule(1)", set()),
        ("class Kind(StrEnum):\n    A = 'a'\nKIND = Kind('a')\ndef f():\n    x = {}", set()),
    ],
)
def test_what_a_module_holds_is_seen(source: str, names: set[str]) -> None:
    assert held_by_a_module(source, changeable_classes(source)) == names
