"""Names where Streamlit reads Markdown: nothing is made of them."""

from __future__ import annotations

import ast
import html
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

import vrp_map.ui
from vrp_map.errors import UserError
from vrp_map.ui.shared.markdown import of_mistake, plain

SAME = {"\N{RATIO}": ":", "\N{ONE DOT LEADER}": ".", "\N{FULLWIDTH COMMERCIAL AT}": "@"}
NAMES = [
    "**x**",
    "__x__",
    "_x_",
    "*x*",
    "`x`",
    "[a](http://example.org)",
    "![a](http://example.org/a.png)",
    "<b>x</b>",
    "<http://example.org>",
    "~~x~~",
    "# x",
    "#",
    "- x",
    "+ x",
    "* x",
    "1. x",
    "12) x",
    "> x",
    "x | y",
    "---",
    "===",
    "&lt;b&gt;",
    "&#60;",
    "\\*x\\*",
    "$x$",
    "$$x$$",
    ":red[x]",
    ":red-background[x]",
    ":small[x]",
    ":material/home:",
    ":smile:",
    ":+1:",
    "http://example.org",
    "https://example.org/a_b",
    "www.example.org",
    "a@example.org",
    "[a]: http://example.org",
    "    x",
    "x  \ny",
    "x\n# y",
    "[^1]",
    "![a][b]",
    "||x||",
    "x\\",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("around", ["{}", "The place {} is hot.", "**Place:** {}", "- {}"])
def test_markdown_makes_nothing_of_a_name(name: str, around: str) -> None:
    made = (
        MarkdownIt("commonmark")
        .enable(["strikethrough", "table"])
        .render(around.format(plain(name)))
    )
    frame = MarkdownIt("commonmark").render(around.format("NAME")).rstrip()
    shown = re.fullmatch(re.escape(frame).replace("NAME", "(.*)"), made.rstrip())
    assert shown, made
    text = html.unescape("".join(SAME.get(c, c) for c in shown[1]))
    assert text == " ".join(name.split())


@pytest.mark.parametrize("name", NAMES)
def test_what_streamlit_looks_for_in_the_finished_text_is_not_there(name: str) -> None:
    text = re.sub(r"\\(.)", r"\1", plain(name))
    assert not re.search(r":[\w+/-]+:|https?://|www\.|[\w.+-]@[\w-]+\.", text, re.IGNORECASE)
    # Directives and formulas are found before backslashes are taken away.
    assert not re.search(r"(?<!\\):[A-Za-z]|(?<!\\)\$", plain(name))


@pytest.mark.parametrize(
    "name",
    [
        "High Street",
        "Bell St & Co",
        "St. John's (north)",
        "18:00 to 21:00",
        "4.5% of £3",
        "Stoke-on-Trent",
    ],
)
def test_other_names_stay_as_they_are(name: str) -> None:
    assert plain(name) == name


@pytest.mark.parametrize(
    "unseen", ["\x00", "\x1b", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\n", "\r"]
)
def test_what_an_eye_cannot_see_is_a_space(unseen: str) -> None:
    assert plain(f"Moor{unseen}Lane") == "Moor Lane"


def test_a_message_keeps_its_own_bold_words_alone() -> None:
    assert of_mistake(UserError("No area **x**.", hint="Try [y](z).")) == (
        "No area \\*\\*x\\*\\*.\n\n**What to do:** Try \\[y\\](z)."
    )


# Names and messages by which a page could hand on what it was given, where Streamlit reads
# Markdown.
READS_MARKDOWN = {
    "title",
    "markdown",
    "caption",
    "error",
    "warning",
    "info",
    "success",
    "expander",
    "button",
    "header",
}
GIVEN = {"name", "message", "hint", "sentence", "place", "words"}


def unescaped(source: str) -> list[str]:
    """Calls that read Markdown and hand on something given, without `plain`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in READS_MARKDOWN
        ):
            for part in node.args[:1]:
                found += [ast.unparse(node) for inner in handed_on(part) if inner in GIVEN]
    return found


def handed_on(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
        "plain",
        "of_mistake",
        "len",
    ):
        return []
    own = [node.attr] if isinstance(node, ast.Attribute) else []
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        own = [str(node.slice.value)]
    return own + [name for inner in ast.iter_child_nodes(node) for name in handed_on(inner)]


@pytest.mark.parametrize(
    "file", sorted(Path(vrp_map.ui.__file__).parent.rglob("*.py")), ids=lambda file: file.stem
)
def test_every_page_hands_names_on_as_plain_text(file: Path) -> None:
    assert unescaped(file.read_text(encoding="utf-8")) == []


def test_the_check_can_fail() -> None:
    assert unescaped("headline.title(found.sentence)") and unescaped(
        "st.button(f\"{row['name']}: 3\")"
    )
    assert not unescaped("st.title(plain(found.sentence))")
