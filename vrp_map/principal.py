"""Who is asking. Every page, route and export gets a `Principal` from here and hands it to `Workspace`."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, replace

from vrp_map.errors import NotAllowed
from vrp_map.vocabulary import Audience, Role

_ORDER = [Audience.PUBLIC, Audience.PARTNER, Audience.ANALYST]  # from the narrowest to the widest
# A proxy in front of the server makes every client look local: these headers give it away.
_FORWARDING_HEADERS = ("x-forwarded-for", "forwarded", "x-real-ip")


@dataclass(frozen=True)
class Principal:
    """A person (or the command line) and what they may see.

    `areas` empty means every area; `audience` is the widest audience they may ask for.
    """

    name: str
    roles: frozenset[str]
    audience: Audience
    areas: tuple[str, ...] = ()

    def may_see(self, audience: Audience) -> bool:
        return _ORDER.index(audience) <= _ORDER.index(self.audience)

    def must_be(self, role: Role, *, to: str) -> None:
        """Raises:
        NotAllowed: who has not this role. `to` is what it is needed for: "open an event".
        """
        if role not in self.roles:
            person = "safeguarding lead" if role is Role.SAFEGUARDING else role.replace("-", " ")
            raise NotAllowed(f"Only a {person} may {to}.", hint="Ask the person who runs this map.")

    def looking_as(self, audience: Audience) -> Principal:
        """The same person seeing no more than this audience may."""
        return replace(self, audience=min(self.audience, audience, key=_ORDER.index))


# Whoever runs the command line or a notebook can read the warehouse file itself.
LOCAL_ANALYST = Principal("local", frozenset({"analyst"}), Audience.ANALYST)

# So can whoever sits at the computer that serves the pages; the pages show the partner view all the same.
DEMO = Principal("demo", frozenset(Role), Audience.ANALYST)
DEMO_PARTNER = DEMO.looking_as(Audience.PARTNER)


def principal_for(
    client_host: str | None, headers: Mapping[str, str], *, roles: frozenset[str] | None = None
) -> Principal:
    """The principal of a web request or page session; until sign-in exists, only this machine is let in.

    Args:
        client_host: the peer's address as the server saw it.
        headers: the request's headers, names in lower case.
        roles: of whoever sits at this machine (the setting `local_roles`); None = all.

    Raises:
        NotAllowed: for anybody not on the loopback interface, or behind a proxy.
    """
    if any(name in headers for name in _FORWARDING_HEADERS) or not (is_loopback(client_host) and _local_host(headers)):
        raise NotAllowed(
            "This map is open only on the computer it runs on.",
            hint="Sign-in is not built yet: open it at http://localhost on that computer.",
        )
    return DEMO if roles is None else replace(DEMO, roles=roles)


def is_loopback(host: str | None) -> bool:
    try:
        return host is not None and ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _local_host(headers: Mapping[str, str]) -> bool:
    """A name that merely resolves to this machine (DNS rebinding) is not this machine."""
    name = headers.get("host", "localhost")
    return is_loopback(name if name.count(":") > 1 and not name.startswith("[") else name.rsplit(":", 1)[0])
