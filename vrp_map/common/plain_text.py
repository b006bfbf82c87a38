"""What a person typed as one line that shows all of it: one kind of space, and nothing that an eye
cannot see. Pure.
"""

from __future__ import annotations

import re
import unicodedata

# Joiners choose the letters of Persian, Hindi and other scripts, and make one emoji of several.
_JOINERS = "\u200c\u200d"
# Latin, Greek, Cyrillic and Armenian letters stand below; none of them needs a joiner.
_FIRST_THAT_JOINS = 0x0590
# The flags of England, Scotland and Wales are a black flag and letters that do not show.
_NATION_FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{5}\U000e007f")
# These count as letters or marks and look like nothing: fillers of Hangul, the empty Braille cell,
# and the like.
_EMPTY = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"


def plain_text(text: str) -> str:
    """One line: whatever is a space, a line break or cannot be seen becomes a plain space, and
    several become one.

    Nothing is only taken out: two words that stood apart would become one that nobody looks for.

    >>> plain_text("kill\\u00a0myself\\u200b \\n now")
    'kill myself now'
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = {at for flag in _NATION_FLAG.finditer(text) for at in range(*flag.span())}
    seen = (c if at in kept or _shows(text, at) else " " for at, c in enumerate(text))
    return " ".join("".join(seen).split())


def visible(text: str) -> str:
    """The text with each character that an eye cannot see spelled out: for what is shown as it was
    sent.

    >>> visible("High\u202e St")
    'High<U+202E> St'
    """
    return "".join(
        c if c == " " or _shows(text, at) else f"<U+{ord(c):04X}>" for at, c in enumerate(text)
    )


def _shows(text: str, at: int) -> bool:
    if text[at] in _JOINERS:
        return 0 < at < len(text) - 1 and _joins(text[at - 1]) and _joins(text[at + 1])
    return text[at].isprintable() and text[at] not in _EMPTY


def _joins(letter: str) -> bool:
    """Whether a joiner beside this character has work to do; letters that only look unlike Latin
    ones do not count.
    """
    plain = unicodedata.normalize("NFKC", letter)
    return letter.isprintable() and not letter.isspace() and ord(plain[0]) >= _FIRST_THAT_JOINS
