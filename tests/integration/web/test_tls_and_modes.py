"""Pins that travel encrypted, and files that only their owner can read."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.made_up import row, settings_in, write
from vrp_map.cli import main
from vrp_map.common.private_files import open_to_others, warning
from vrp_map.common.tls import certificate
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.ui.serve import options

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 40


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-made certificate and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl was found to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            openssl,
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            str(key),
            "-out",
            str(cert),
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


@pytest.fixture
def usual_umask() -> Iterator[None]:
    """The mask that most computers have, and afterwards the one there was."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_the_server_speaks_tls(pair: tuple[Path, Path], tmp_path: Path) -> None:
    cert, key = pair
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        sys.executable,
        "-c",
        "from vrp_map.cli import main; main()",
        "serve",
        "--port",
        str(port),
    ]
    log = tmp_path / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, "--tls-cert", str(cert), "--tls-key", str(key)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    trusting = ssl.create_default_context(cafile=str(cert))
    try:
        until = time.monotonic() + PATIENCE_S
        while True:
            asked = http.client.HTTPSConnection("localhost", port, context=trusting, timeout=10)
            try:
                asked.request("GET", "/pin")
                answer = asked.getresponse()
                break
            except ConnectionRefusedError:
                assert time.monotonic() < until and server.poll() is None, log.read_text(
                    errors="replace"
                )[-2000:]
                time.sleep(0.2)
            finally:
                asked.close()
        assert answer.status == 200
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            plain.sendall(b"GET /pin HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"200 OK" not in plain.recv(100)
    finally:
        server.terminate()
        server.wait(timeout=20)
    assert f"https://localhost:{port}" in log.read_text(errors="replace")


def test_a_certificate_that_cannot_be_used_is_refused(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    cert, key = pair
    assert certificate(None, None) is None
    with pytest.raises(UserError, match="needs its private key"):
        certificate(cert, None)
    with pytest.raises(UserError, match="There is no file"):
        certificate(cert, tmp_path / "none.pem")
    with pytest.raises(UserError, match="cannot be used as a certificate"):
        certificate(cert, cert)
    found = certificate(cert, key)
    assert options(host="127.0.0.1", port=1, tls=found)["server.sslCertFile"] == str(cert)


@pytest.mark.skipif(os.name == "nt", reason="rights are kept otherwise there")
def test_a_store_is_read_by_its_owner_alone(
    tmp_path: Path, usual_umask: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path)
    file = write(tmp_path / "in" / "2024-01-made-up-street.csv", [row()] * 3)
    monkeypatch.setenv("VRP_BOUNDARIES", str(settings.boundaries))
    with pytest.raises(SystemExit) as end:
        main(["build", str(file), "--store", str(settings.store)])
    assert end.value.code == 0
    made = [settings.store, *settings.store.rglob("*")]
    assert len(made) > 2
    assert [path for path in made if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)] == []


@pytest.mark.skipif(os.name == "nt", reason="rights are kept otherwise there")
def test_a_folder_that_is_open_to_others_is_said(tmp_path: Path, usual_umask: None) -> None:
    settings = Settings(store=tmp_path / "store", records=tmp_path / "records")
    assert warning(settings) == ""
    settings.records.mkdir(mode=0o700)
    assert open_to_others([settings.records]) == []
    settings.store.mkdir(mode=0o755)
    assert "other accounts" in warning(settings) and f"chmod -R go= {settings.store}" in warning(
        settings
    )
