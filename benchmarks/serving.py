"""A real `vrp-map serve` on the loopback interface, to be measured, killed and started again."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE_S = 60.0


class Serving:
    """One server process; its output goes to a file.

    Attributes:
        cpu_s: processor time of the processes that have ended, in seconds.
    """

    def __init__(
        self,
        *,
        store: Path,
        records: Path,
        log: Path,
        port: int | None = None,
        path: str = str(ROOT),
        **settings: object,
    ) -> None:
        self.port = port or free_port()
        self.records, self.log = records, log
        self.cpu_s = 0.0
        self._command = [
            sys.executable,
            "-c",
            "from vrp_map.cli import main; main()",
            "serve",
            "--store",
            str(store.resolve()),
            "--port",
            str(self.port),
        ]
        more = {f"VRP_{name.upper()}": str(value) for name, value in settings.items()}
        self._environment = {
            **os.environ,
            "PYTHONPATH": path,
            "VRP_RECORDS": str(records.resolve()),
            "HOME": str(log.parent),
            "VRP_START_KEY": "off",
            **more,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, is_well: bool = True) -> None:
        """Start it and wait until it answers; `is_well`: until it says that all is well."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=self.log.parent,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until and self._process.poll() is None:
            status, _ = self.health()
            if status == 200 or (status and not is_well):
                return
            time.sleep(0.1)
        self.stop()
        raise SystemExit(
            f"the server did not start: {self.log.read_text(errors='replace')[-2000:]}"
        )

    def health(self) -> tuple[int, dict[str, Any]]:
        """What /healthz says; 0 where nobody answers."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/healthz", timeout=10
            ) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as trouble:
            return trouble.code, json.load(trouble)
        except (OSError, ValueError):
            return 0, {}

    def kill(self) -> None:
        """`kill -9`: nothing is written, nothing is closed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            before = _of_children()
            self._process.send_signal(how)
            try:
                self._process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self.cpu_s += _of_children() - before
        self._process = None


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
