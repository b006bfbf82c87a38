"""The address of an event: what phones open, and when no phone can."""

from __future__ import annotations

import re

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.errors import UserError
from vrp_map.summit.event_address import checked_url, event_address, for_phones

HOSTS = st.from_regex(r"[a-z][a-z0-9]{0,12}(\.[a-z]{2,6}){0,2}", fullmatch=True) | st.ip_addresses(
    v=4
).map(str)


@pytest.mark.parametrize(
    ("public_url", "asked_at", "url", "phones"),
    [
        (
            "http://192.168.1.20:8501",
            "http://localhost:8501",
            "http://192.168.1.20:8501/pin/DEMO",
            True,
        ),
        ("https://summit.example/", "http://localhost", "https://summit.example/pin/DEMO", True),
        ("", "http://localhost:8501", "http://localhost:8501/pin/DEMO", False),
        ("", "http://127.0.0.1:8501", "http://127.0.0.1:8501/pin/DEMO", False),
        ("", "http://[::1]:8501", "http://[::1]:8501/pin/DEMO", False),
        ("http://0.0.0.0:8501", "http://localhost", "http://0.0.0.0:8501/pin/DEMO", False),
    ],
)
def test_the_setting_wins_and_a_name_of_this_computer_is_said(
    public_url: str, asked_at: str, url: str, phones: bool
) -> None:
    found = event_address("DEMO", public_url=public_url, asked_at=asked_at)
    assert (found.url, found.for_phones) == (url, phones)
    assert f"{found.short}/DEMO" == found.shown
    assert "http://" + found.shown == url or "https://" + found.shown == url


@pytest.mark.parametrize(
    "wrong",
    [
        "192.168.1.20:8501",
        "ftp://a.example",
        "http://",
        "http://a.example/pin",
        "http://a:99999999",
        "http://a/?x=1",
        "  ",
    ],
)
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(UserError, match="is not an address that phones can open"):
        checked_url(wrong)


@given(
    host=HOSTS, port=st.none() | st.integers(1, 65535), scheme=st.sampled_from(["http", "https"])
)
def test_a_checked_address_stays_as_it_is(host: str, port: int | None, scheme: str) -> None:
    base = f"{scheme}://{host}" + (f":{port}" if port else "")
    assert checked_url(base) == checked_url(base + "/") == base
    assert event_address("A2C", public_url=base, asked_at="").url == base + "/pin/A2C"
    assert for_phones(base) or host == "localhost" or host.startswith("127.") or host == "0.0.0.0"


def test_the_qr_code_is_a_picture_of_the_address_and_of_nothing_else() -> None:
    here = event_address("DEMO", public_url="http://192.168.1.20:8501", asked_at="")
    other = event_address("DEMO", public_url="http://192.168.1.21:8501", asked_at="")
    drawn = re.search(r'stroke="#000" d="([^"]+)"', here.qr())
    expected = segno.make(here.url, error="m").svg_inline(border=4, omitsize=True)
    assert drawn and drawn[1] in expected
    assert here.qr() != other.qr() and here.qr_picture() != other.qr_picture()
    assert "<script" not in here.qr() and "style" not in here.qr() and "http" not in here.qr()
    assert here.qr_picture().startswith("data:image/svg+xml")
