"""Who is let in, and what they may see."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vrp_map.config import Settings
from vrp_map.errors import NotAllowed
from vrp_map.principal import (
    DEMO,
    DEMO_PARTNER,
    LOCAL_ANALYST,
    Principal,
    is_loopback,
    principal_for,
)
from vrp_map.vocabulary import Audience, Role


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        ("127.0.0.1", {}),
        ("127.0.0.1", {"host": "localhost:8501"}),
        ("127.5.5.5", {"host": "127.0.0.1:8501"}),
        ("::1", {"host": "[::1]:8501"}),
        ("::1", {"host": "::1"}),
        ("localhost", {"host": "localhost"}),
    ],
)
def test_this_machine_is_the_demo_principal(client: str, headers: dict[str, str]) -> None:
    assert principal_for(client, headers, settings=Settings()) == DEMO
    assert DEMO.roles == set(Role) and DEMO.audience is Audience.ANALYST
    navigator = principal_for(
        client, headers, settings=Settings(local_roles="navigator", local_areas="Dudley, Walsall")
    )
    assert (navigator.roles, navigator.audience) == ({"navigator"}, Audience.PARTNER)
    assert navigator.areas == ("Dudley", "Walsall")


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        (None, {}),
        ("", {}),
        ("192.168.1.5", {"host": "localhost"}),
        ("10.0.0.1", {}),
        ("8.8.8.8", {}),
        ("testclient", {}),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}),
        ("127.0.0.1", {"x-real-ip": "127.0.0.1"}),
        ("127.0.0.1", {"host": "evil.example"}),
        ("127.0.0.1", {"host": "localhost.evil.example:8501"}),
        ("127.0.0.1", {"host": "192.168.1.5:8501"}),
        ("127.0.0.1", {"host": ""}),
    ],
)
def test_everybody_else_is_refused(client: str | None, headers: dict[str, str]) -> None:
    with pytest.raises(NotAllowed, match="only on the computer it runs on"):
        principal_for(client, headers, settings=Settings())


def test_who_loses_a_role_loses_what_it_may_see_and_gets_it_back_with_a_new_principal_only() -> (
    None
):
    navigator = replace(DEMO, roles=frozenset({Role.NAVIGATOR}))
    assert navigator.audience is Audience.PARTNER
    assert replace(navigator, roles=frozenset(Role)).audience is Audience.PARTNER


def test_loopback() -> None:
    assert is_loopback("127.0.0.1") and is_loopback("[::1]") and is_loopback("localhost")
    assert not is_loopback("0.0.0.0") and not is_loopback(None) and not is_loopback("localhost.")


def test_an_audience_includes_the_narrower_ones() -> None:
    public = Principal("someone", frozenset(), Audience.PUBLIC)
    allowed = [
        [p.may_see(a) for a in (Audience.PUBLIC, Audience.PARTNER, Audience.ANALYST)]
        for p in (public, DEMO_PARTNER, LOCAL_ANALYST)
    ]
    assert allowed == [[True, False, False], [True, True, False], [True, True, True]]


def test_looking_as_somebody_narrows_and_never_widens() -> None:
    partner = DEMO.looking_as(Audience.PARTNER)
    assert partner.audience is Audience.PARTNER
    assert (partner.name, partner.roles, partner.areas) == (DEMO.name, DEMO.roles, DEMO.areas)
    assert partner.looking_as(Audience.ANALYST) == partner
    assert partner.looking_as(Audience.PUBLIC).audience is Audience.PUBLIC
