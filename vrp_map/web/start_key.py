"""The key in the printed address: proof of sitting at this computer.

A forwarder of connections on this computer (`ssh -R`, `socat`, a container's port) makes every
stranger look local. The key is asked for on all but the public paths, given once in the address,
and kept by the browser as a cookie that no script can read.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from vrp_map.errors import UserError

OFF = "off"
_PARAMETER = "key"


def key_of(setting: str) -> str:
    """The key to ask for: a new one where the setting is empty; empty = none is asked for.

    Raises:
        UserError: a key of the operator's own that others could guess, or that an address cannot
            hold.
    """
    if setting == OFF:
        return ""
    if setting and not re.fullmatch(r"[\w-]{16,}", setting, re.ASCII):
        raise UserError(
            "The setting start_key is too short, or has a character that an address cannot hold.",
            hint=(
                "Give 16 or more letters and digits, leave it out for a new key at each start, or"
                " write off."
            ),
        )
    return setting or secrets.token_urlsafe(18)


def address_with(address: str, key: str) -> str:
    """The address that opens the staff pages."""
    return f"{address}/?{urlencode({_PARAMETER: key})}" if key else address


def cookie_name(key: str) -> str:
    """A name of its own for each key: two maps on one computer share the cookies of localhost."""
    return f"vrp_map_{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def has_key(cookies: str, key: str) -> bool:
    """Whether a request's Cookie header holds the key."""
    try:
        held = SimpleCookie(cookies).get(cookie_name(key))
    except CookieError:
        return False
    return held is not None and _alike(held.value, key)


def without_key(query: str, key: str) -> str | None:
    """A query without the key in it; None where it does not hold the key."""
    pairs = parse_qsl(query, keep_blank_values=True)
    if not any(name == _PARAMETER and _alike(value, key) for name, value in pairs):
        return None
    return urlencode([(name, value) for name, value in pairs if name != _PARAMETER])


def set_cookie(key: str, *, is_encrypted: bool) -> str:
    """The Set-Cookie header: for this browser session, out of reach of other scripts."""
    secure = "; Secure" if is_encrypted else ""
    return f"{cookie_name(key)}={key}; Path=/; HttpOnly; SameSite=Lax{secure}"


def _alike(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode("utf-8", "replace"), other.encode())
