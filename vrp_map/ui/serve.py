"""Serve the application from anywhere: a checkout or an installed wheel, whatever the working
folder.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import streamlit as st

from vrp_map.common.tls import Certificate
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.principal import is_loopback
from vrp_map.resources import resource
from vrp_map.summit.event_address import for_phones

# Every address of this computer: phones come by the network's, staff by localhost.
_EVERY = "0.0.0.0"


def serve(
    *, port: int, host: str = "127.0.0.1", settings: Settings, tls: Certificate | None = None
) -> None:
    """Serve the pages and the map's data until stopped.

    The settings reach the pages through the `VRP_*` environment of this process. Whatever the
    address, `web.middleware` lets others than this computer reach the public paths only.

    Raises:
        UserError: an address that staff or phones could not use, or a port that is taken.
    """
    check_host(host, settings)
    _check_port(host, port)
    os.environ |= environment(settings)
    _load_app().run(config=options(host=host, port=port, tls=tls))


def check_host(host: str, settings: Settings) -> None:
    """Raises:
    UserError: neither this computer's own address, nor all of them with a `public_url` that phones
        can open.
    """
    if is_loopback(host):
        return
    if host != _EVERY:
        raise UserError(
            f"The map cannot be served on {host} alone: its staff pages open at http://localhost"
            " only.",
            hint=f"Use --host {_EVERY} for phones, or leave the option out.",
        )
    if not settings.public_url or not for_phones(settings.public_url):
        raise UserError(
            f"With --host {host} phones can reach this computer, but not by which address.",
            hint=(
                "Add --public-url http://THIS-COMPUTER:8501, where THIS-COMPUTER is its address in"
                " the network."
            ),
        )


def page_font() -> str:
    """The font of the pages, as CSS names it."""
    return str(_packaged()["theme"]["font"])


def _packaged() -> dict[str, Any]:
    """The options that go along with the pages."""
    return tomllib.loads(Path(__file__).with_name("options.toml").read_text(encoding="utf-8"))


def options(*, host: str, port: int, tls: Certificate | None = None) -> dict[str, Any]:
    """Streamlit's options as dotted names, so that no `config.toml` is needed where the server is
    started.
    """
    held = _packaged()
    encrypted = (
        {"server.sslCertFile": str(tls.cert), "server.sslKeyFile": str(tls.key)} if tls else {}
    )
    return {
        **dict(_dotted(held)),
        **encrypted,
        "server.address": host,
        "server.port": port,
        "global.developmentMode": False,
        # Its greeting would ask a server on the internet for this computer's address there. We say
        # our own.
        "logger.hideWelcomeMessage": True,
    }


def environment(settings: Settings) -> dict[str, str]:
    """The settings as `VRP_*` variables; paths absolute, and only what a variable can carry."""
    held = {field.name: getattr(settings, field.name) for field in fields(settings)}
    words = {
        name: value.resolve() if isinstance(value, Path) else value for name, value in held.items()
    }
    return {
        f"VRP_{name.upper()}": str(value)
        for name, value in words.items()
        if isinstance(value, (Path, str, int))
    }


def _dotted(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for name, value in table.items():
        pairs += (
            _dotted(value, f"{prefix}{name}.")
            if isinstance(value, Mapping)
            else [(prefix + name, value)]
        )
    return pairs


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise UserError(
                f"Port {port} is already in use.",
                hint=f"Try another, for example --port {port + 1}.",
            ) from None


def _load_app() -> st.App:
    file = resource("app.py")
    spec = importlib.util.spec_from_file_location("vrp_map_app", file)
    if spec is None or spec.loader is None:
        raise UserError(
            f"The application {file} cannot be read.", hint="Install the package again."
        )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    app: st.App = module.app
    return app
