"""What looks like something about a person, and what must not be taken for it."""

from __future__ import annotations

import pytest

from vrp_map.responses.personal import flags_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Spoke to Imaginary Personson today", "a name"),
        ("spoke to jayden's mum", "a name"),
        ("Mrs Example agreed", "a name"),
        ("PC Example attended", "a name"),
        ("His name is zed", "a name"),
        ("T. Exampleson at the scene", "a name"),
        ("call 07700 900123", "a phone number"),
        ("@madeup_handle posted it", "an account name"),
        ("write to someone@example.org", "an e-mail address"),
        ("lives at 12 Example Road", "an address"),
        ("home is B99 9ZZ", "a postcode"),
        ("dob 03/04/2009", "a date of birth"),
        ("born on 3 April 2009", "a date of birth"),
        ("D.O.B: 3rd April 09", "a date of birth"),
    ],
)
def test_what_names_somebody_is_flagged(text: str, kind: str) -> None:
    assert kind in flags_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Two young people were hurt near the bus station.",
        "Example Parade, Birmingham",
        "Youth Offending Team met on Monday",
        "Reported on 3 November 2026 by the hospital",
        "Victoria Park and New Street Station",
        "Community Safety Partnership to chair the Gold Group",
        "Detached youth work on four evenings, 35 young people met",
        "CCTV kept. Scene managed. Schools told.",
        "See R2026-0001 and P2026-04.",
        "",
    ],
)
def test_what_names_nobody_is_let_be(text: str) -> None:
    assert flags_in(text, known=["Example Parade", "Birmingham"]) == ()
