"""Personal details in a text: what says who or where somebody is, by its form. Pure.

It finds what has the form that people in Britain write; see `text_flags` for what that misses.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Detail(StrEnum):
    """Personal details: what says who or where somebody is."""

    PHONE = "phone"
    EMAIL = "email"
    POSTCODE = "postcode"
    ACCOUNT = "account"
    WEB = "web"
    NAME = "name"
    ADDRESS = "address"


DETAIL_WORDS = {
    Detail.PHONE: "a phone number",
    Detail.EMAIL: "an e-mail address",
    Detail.POSTCODE: "a postcode",
    Detail.ACCOUNT: "an account name",
    Detail.WEB: "a web address",
    Detail.NAME: "a name",
    Detail.ADDRESS: "an address",
}


def details_of(text: str) -> list[tuple[Detail, int, int]]:
    """(kind, start, end) of each detail, `end` excluded; the longest of overlapping ones.

    The example.org of an e-mail address is no web address of its own.
    """
    found = [
        (kind, *match.span("it")) for kind, pattern in _DETAILS for match in pattern.finditer(text)
    ]
    return [one for one in found if not any(_holds(other, one) for other in found)]


def _holds(outer: tuple[Detail, int, int], inner: tuple[Detail, int, int]) -> bool:
    longer = outer[2] - outer[1] > inner[2] - inner[1]
    return longer and outer[1] <= inner[1] and inner[2] <= outer[2]


_STREET = (
    "street|st|road|rd|avenue|ave|lane|ln|crescent|cres|terrace|grove|gardens|gdns|mews|parade"
)
# These are also everyday words: only with a capital are they part of an address.
_STREET_TOO = "Drive|Close|Court|Way|Place|Square|Walk|Row|Hill|Rise|House|Green|Croft"
_ACCOUNT = (
    "snap|snapchat|insta|instagram|tiktok|tik"
    " tok|discord|whatsapp|telegram|roblox|xbox|psn|gamertag|facebook"
)
_NAMED = r"(?P<it>[A-Z][\w'’-]{1,40}(?: [A-Z][\w'’-]{1,40})?)"
_BETWEEN = r"[^\W\d_][\w'’-]{0,40}\s"
_IS = r"(?:name\b|is\b|me\b|id\b|user\b|[:=\-–]){0,2}"
# Between digits of one number: any sign but those of a list, of a time and of a sum.
_SIGN = r"(?:[^\w,:;£$€]|_)"
# Between words that belong together.
_GAP = r"(?:\W|_){1,3}"
_DETAILS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            Detail.EMAIL,
            r"(?i:(?P<it>[\w.+%-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63})+))",
        ),
        (Detail.WEB, r"(?i:(?P<it>https?://\S+|www\.\S+))"),
        (
            Detail.WEB,
            r"(?i:\b(?P<it>[\w-]{1,63}\.(?:com|co\.uk|org|net|io|gg|me|tv|app|info|uk|xyz)\b(?:/\S*)?))",
        ),
        # UK numbers, and any seven digits or more that belong together.
        (Detail.PHONE, rf"(?<!\d)(?P<it>(?:\+|00)?\(?\d(?:{_SIGN}{{0,3}}\d){{6,14}})(?!\d)"),
        (Detail.POSTCODE, r"(?i:\b(?P<it>[a-z]{1,2}\d[a-z\d]?\s{0,2}\d[a-z]{2})\b)"),
        (Detail.ACCOUNT, r"(?<![\w.@])(?P<it>@[\w.]{2,64})"),
        (Detail.ACCOUNT, rf"(?i:\b(?:{_ACCOUNT})\b\s{{0,2}}{_IS}\s{{0,2}}(?P<it>@?[\w.]{{3,64}}))"),
        (Detail.ACCOUNT, r"(?i:\b(?:sc|ig|fb)\s{0,2}[:=]\s{0,2}(?P<it>@?[\w.]{2,64}))"),
        # After these words a name is one in small letters too.
        (
            Detail.NAME,
            rf"(?i:\b(?:my|his|her|their){_GAP}name(?:{_GAP}is|['’]?s){_GAP})"
            r"(?P<it>[^\W\d_][\w'’-]{1,40}(?: [A-Z][\w'’-]{1,40})?)",
        ),
        (Detail.NAME, rf"\b(?:[Cc]alled|[Nn]amed|[Kk]nown as)\s+{_NAMED}"),
        (Detail.NAME, rf"\b[Ii](?:['’]?m| am)\s+{_NAMED}"),
        (
            Detail.ADDRESS,
            rf"(?i:\b(?P<it>\d{{1,4}}[a-z]?,?\s(?:{_BETWEEN}){{1,3}}(?:{_STREET}))\b)",
        ),
        (
            Detail.ADDRESS,
            rf"\b(?P<it>\d{{1,4}}[A-Za-z]?,?\s(?:[A-Z][\w'’-]{{0,40}}\s){{1,3}}(?:{_STREET_TOO}))\b",
        ),
        (Detail.ADDRESS, r"(?i:\b(?P<it>(?:flat|apartment)\s+\d{1,4}[a-z]?)\b)"),
    )
)
