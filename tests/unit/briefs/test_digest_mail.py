"""A digest by e-mail: encrypted or not at all, no place in the subject, once to the same people."""

from __future__ import annotations

import logging
import shutil
import ssl
import subprocess
from datetime import date
from email import message_from_string
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.mail_server import mail_server as running
from vrp_map.briefs.digest import mail
from vrp_map.config import Settings
from vrp_map.errors import UserError

TEXT, PAGE = "This week: 3 steps are overdue in Coventry\n", "<h1>This week</h1>"
PASSWORD = "a-password-of-the-tests"


def settings_for(port: int, **more: Any) -> Settings:
    given = {"mail_tls": "none", "mail_from": "map@example.org"} | more
    return Settings(mail_server=f"127.0.0.1:{port}", **given)


def message(*to: str) -> Any:
    return mail.digest_message(
        TEXT, PAGE, sender="map@example.org", to=to or ("lead@example.org",), made=date(2026, 11, 2)
    )


def test_both_twins_arrive_and_the_subject_names_no_place() -> None:
    with running() as box:
        mail.send(
            message("a@example.org", "b@example.org"), mail.mail_server(settings_for(box.port))
        )
    assert [line for line in box.commands if line.upper().startswith("RCPT")] == [
        "rcpt TO:<a@example.org>",
        "rcpt TO:<b@example.org>",
    ]
    got = message_from_string(box.messages[0], policy=default)
    assert got["Subject"] == "Weekly digest of 2 November 2026"
    assert "Coventry" in got.get_body(("plain",)).get_content()
    assert "<h1>" in got.get_body(("html",)).get_content()


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_server_without_encryption_gets_nothing(tls: str) -> None:
    """No falling back to plain text, whatever the server says it can."""
    with running() as box:
        server = mail.mail_server(settings_for(box.port, mail_tls=tls, mail_user="map"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("VRP_MAIL_PASSWORD", PASSWORD)
            with pytest.raises(UserError, match="nothing was sent"):
                mail.send(message(), server)
    assert box.messages == [] and not any("AUTH" in line for line in box.commands)


def certificate(folder: Path) -> tuple[Path, Path]:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl was not found")
    held, key = folder / "cert.pem", folder / "key.pem"
    asked = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(held)]
    subprocess.run([openssl, *asked, *names, *files], check=True, capture_output=True)
    return held, key


def test_the_password_goes_over_tls_alone_and_into_no_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    held, key = certificate(tmp_path)
    offered = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    offered.load_cert_chain(held, key)
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    caplog.set_level(logging.DEBUG)
    more = {"mail_tls": "starttls", "mail_user": "map", "mail_password_file": str(file)}
    with running(tls=offered) as box:
        server = mail.mail_server(settings_for(box.port, **more))
        with pytest.raises(UserError, match="certificate"):
            mail.send(message(), server)
        assert box.messages == [] and not any("AUTH" in line for line in box.commands)
        monkeypatch.setenv("SSL_CERT_FILE", str(held))
        mail.send(message(), server)
        assert len(box.messages) == 1 and box.is_encrypted
    assert PASSWORD not in caplog.text and PASSWORD not in repr(server)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"mail_server": ""}, "No e-mail server"),
        ({"mail_from": ""}, "No e-mail server"),
        ({"mail_server": "smtp.example.org:25", "mail_tls": "none"}, "Without encryption"),
        ({"mail_server": "127.0.0.1.example.org", "mail_tls": "none"}, "Without encryption"),
        ({"mail_server": "smtp.example.org:no"}, "after the colon"),
        ({"mail_tls": "maybe"}, "mail_tls"),
        ({"mail_from": "nobody"}, "address"),
        ({"mail_from": "a@example.org\r\nBcc: b@example.org"}, "address"),
        ({"mail_from": "a@example.org, b@example.org"}, "address"),
    ],
)
def test_a_setting_that_cannot_be_is_said(given: dict[str, str], said: str) -> None:
    usual = {"mail_server": "smtp.example.org", "mail_from": "map@example.org"}
    with pytest.raises(UserError, match=said):
        mail.mail_server(Settings(**{**usual, **given}))


def test_what_may_pass_has_an_exit_code_of_its_own() -> None:
    with running(refuses="MAIL") as box:
        server = mail.mail_server(settings_for(box.port))
        with pytest.raises(mail.MailNotSent, match="did not take") as refused:
            mail.send(message(), server)
    assert refused.value.exit_code == 75
    with pytest.raises(mail.MailNotSent, match="Refused"):
        mail.send(message(), server)


def test_the_same_words_to_the_same_people_are_one_digest(tmp_path: Path) -> None:
    sent = mail.SentDigests(tmp_path)
    mark = mail.fingerprint(TEXT, ["a@example.org", "B@example.org"])
    assert not sent.holds(mark)
    sent.add(mark)
    assert mail.SentDigests(tmp_path).holds(
        mail.fingerprint(TEXT, ["b@example.org", "a@example.org"])
    )
    assert not sent.holds(mail.fingerprint(TEXT + "x", ["a@example.org", "b@example.org"]))
    assert "example" not in (tmp_path / "digests-sent.json").read_text(encoding="utf-8")
