"""Names and sentences where Streamlit reads Markdown (titles, messages, buttons): as they are, and
no more.
"""

from __future__ import annotations

import re

from vrp_map.common.plain_text import plain_text
from vrp_map.errors import UserError

_SIGNS = re.compile(
    r"[\\`*_\[\]$~<>|]"  # emphasis, code, links, formulas, tables, HTML
    r"|&(?=#?\w+;)"  # &lt;
    r"|:(?=[A-Za-z])"  # :red[…]
    r"|^[#+=-]|(?:(?<=^\d)|(?<=^\d\d))[.)](?=\s|$)"  # headings and lists
)
# A backslash does not help here: these are looked for in the finished text. So they get a sign that
# looks the same.
_SHORT_CODE = re.compile(r":(?=[\w+/-]+:)|:(?=//)")  # :smile:, :material/home:, https://
_ADDRESS = re.compile(r"(?<=www)\.", re.IGNORECASE)
_MAIL = re.compile(r"(?<=[\w.+-])@(?=[\w-]+\.)")


def plain(text: object) -> str:
    """Text of which Markdown makes nothing: one line, without what an eye cannot see.

    >>> plain("**Moor** [Lane](x) :red[b]")
    '\\\\*\\\\*Moor\\\\*\\\\* \\\\[Lane\\\\](x) \\\\:red\\\\[b\\\\]'
    """
    line = _SHORT_CODE.sub("\N{RATIO}", plain_text(str(text)))
    line = _MAIL.sub("\N{FULLWIDTH COMMERCIAL AT}", _ADDRESS.sub("\N{ONE DOT LEADER}", line))
    return _SIGNS.sub(lambda sign: f"\\{sign[0]}", line)


def of_mistake(mistake: UserError) -> str:
    """What happened, and what to do: messages repeat names of files, areas and addresses."""
    said = plain(mistake.message)
    return f"{said}\n\n**What to do:** {plain(mistake.hint)}" if mistake.hint else said
