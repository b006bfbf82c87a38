"""Who is asking.

Every page, route and export gets a `Principal` from here and hands it to `Workspace`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, replace

from vrp_map.config import Settings, nearest
from vrp_map.errors import NotAllowed, UserError
from vrp_map.permissions import Action, areas_of, audience_of, may, refusal
from vrp_map.vocabulary import Audience, Role

_ORDER = [Audience.PUBLIC, Audience.PARTNER, Audience.ANALYST]  # from the narrowest to the widest
# A proxy in front of the server makes every client look local: these headers give it away.
_FORWARDING_HEADERS = ("x-forwarded-for", "forwarded", "x-real-ip")


@dataclass(frozen=True)
class Principal:
    """A person (or the command line) and what they may see: both follow from their roles
    (`permissions`).

    Attributes:
        audience: the widest audience they may ask for; never wider than that of their roles.
        areas: those they are held to; empty = every area.
    """

    name: str
    roles: frozenset[str]
    audience: Audience = Audience.ANALYST
    areas: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "audience", min(self.audience, audience_of(self.roles), key=_ORDER.index)
        )

    def may(self, action: Action) -> bool:
        return may(self.roles, action)

    def must(self, action: Action) -> None:
        """Raises:
        NotAllowed: who may not do this, naming who may.
        """
        if not self.may(action):
            raise NotAllowed(refusal(action), hint="Ask the person who runs this map.")

    def may_see(self, audience: Audience) -> bool:
        return _ORDER.index(audience) <= _ORDER.index(self.audience)

    def must_see(self, audience: Audience | str) -> Audience:
        """The audience of a word.

        Raises:
            UserError: there is none. NotAllowed: who may not see its view, naming who may.
        """
        try:
            wanted = Audience(audience)
        except ValueError:
            raise UserError(
                f"There is no audience {audience!r}.", hint=nearest(str(audience), list(Audience))
            ) from None
        if not self.may_see(wanted):
            who = refusal(
                Action.SEE_EXACT_NUMBERS if wanted is Audience.ANALYST else Action.SEE_MAP
            )
            raise NotAllowed(
                f"You may not see the {wanted} view.",
                hint=f"{who} Ask the person who runs this map.",
            )
        return wanted

    def held_to(self, areas: tuple[str, ...]) -> tuple[str, ...]:
        """The areas of a choice; without a choice their own.

        Raises:
            NotAllowed: it names an area that they may not see.
        """
        if self.areas and not set(areas) <= set(self.areas):
            raise NotAllowed("You may not see that area.", hint="Choose one of your own areas.")
        return areas or self.areas

    def looking_as(self, audience: Audience) -> Principal:
        """The same person seeing no more than this audience may."""
        return replace(self, audience=min(self.audience, audience, key=_ORDER.index))


# Somebody who works for the whole region and is told everything: for tests and notebooks.
LOCAL_ANALYST = Principal("local", frozenset({Role.ANALYST}))

# Somebody with every role, as the demo has it; the pages show the partner view all the same.
DEMO = Principal("demo", frozenset(Role))
DEMO_PARTNER = DEMO.looking_as(Audience.PARTNER)


def of_this_computer(settings: Settings, *, name: str = DEMO.name) -> Principal:
    """Whoever sits at this computer, until there are accounts: the settings `local_roles` and
    `local_areas`.
    """
    return Principal(name, settings.roles, areas=areas_of(settings.roles, settings.areas))


def principal_for(
    client_host: str | None, headers: Mapping[str, str], *, settings: Settings
) -> Principal:
    """The principal of a web request or page session; until sign-in exists, only this machine is
    let in.

    Args:
        client_host: the peer's address as the server saw it.
        headers: the request's headers, names in lower case.

    Raises:
        NotAllowed: for anybody not on the loopback interface, or behind a proxy.
    """
    check_is_here(client_host, headers)
    return of_this_computer(settings)


def check_is_here(client_host: str | None, headers: Mapping[str, str]) -> None:
    """Raises:
    NotAllowed: for anybody not on the loopback interface, or behind a proxy; arguments as for
        `principal_for`.
    """
    if any(name in headers for name in _FORWARDING_HEADERS) or not (
        is_loopback(client_host) and _local_host(headers)
    ):
        raise NotAllowed(
            "This map is open only on the computer it runs on.",
            hint="Sign-in is not built yet: open it at http://localhost on that computer.",
        )


def is_loopback(host: str | None) -> bool:
    try:
        return host is not None and ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _local_host(headers: Mapping[str, str]) -> bool:
    """A name that merely resolves to this machine (DNS rebinding) is not this machine."""
    name = headers.get("host", "localhost")
    return is_loopback(
        name if name.count(":") > 1 and not name.startswith("[") else name.rsplit(":", 1)[0]
    )
