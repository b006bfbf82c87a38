"""A hundred made-up texts moderated in a real browser with keys alone: how long a key takes, and
the server's part.

    python -m benchmarks.moderation [--store DIR]

No reading time is in it: a robot reads in no time, a person in about two seconds a text. Once every
text is taken by itself, and once the unflagged ones 20 at a time. Prints the table kept in
benchmarks/results/moderation.md. Needs the `test` extra and Chromium (`VRP_CHROMIUM` names it).
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as TooLong

from benchmarks.page import demo_store
from tests.e2e.conftest import chromium, free_port
from tests.texts import ONE, event_with
from vrp_map.records.engine.database import Records
from vrp_map.summit.moderation.service import Decision, decide, queue

TEXTS = 100
# The page does nothing with a key that comes sooner than this after a text; nobody reads so fast.
READ_S = 0.5
LIST_READ_S = 1.5
_MORE_DONE = "n => Number(document.querySelector('progress.done').value) > n"
_PLACES = (
    "by the made-up steps",
    "at Sample Square",
    "near the pretend bus stop",
    "under the example bridge",
)
_SAID = (
    "It is dark {} after six",
    "Nobody is around {} in the evening",
    "I like it {}, staff are friendly",
    "The light {} has been broken for weeks",
    "People shout {} at night",
    "More buses {} would help",
)
_FLAGGED = (
    "Ring me about the light {}: 07700 900 123",
    "Synthetic: write to robin@example.org about it {}",
    "Somebody called Robin Sample was shouting {}",
    "Two people had knives {} last week, synthetic text",
    "Post code is B99 9ZZ, {}",
    "Snap: sample.kestrel knows more about it {}",
)
_DISCLOSED = "Synthetic: somebody hits me {} and I am scared to go home"


def made_up_texts(n: int, *, seed: int = 4) -> list[str]:
    """Texts of which a fifth has a personal detail or a word of harm, and every 25th discloses
    harm.
    """
    chance = random.Random(seed)
    found = []
    for number in range(n):
        words = (
            _DISCLOSED
            if number % 25 == 24
            else chance.choice(_FLAGGED if number % 5 == 0 else _SAID)
        )
        found.append(f"{words.format(chance.choice(_PLACES))} ({number})")
    return found


def in_the_browser(
    page: Page, address: str, *, code: str, unflagged: str
) -> tuple[list[float], int, float]:
    """Seconds of each key, how many texts they dealt with, and seconds of the whole.

    Args:
        code: of the event. unflagged: the key for texts without a flag, "a" or "b".
    """
    page.goto(f"{address}/moderation?event={code}")
    page.wait_for_selector("blockquote.said")
    taken, first, started = [], _done(page), time.perf_counter()
    while page.locator("blockquote.said").count():
        time.sleep(READ_S)
        flagged = page.locator("blockquote.said mark").count()
        key = ("e" if "address" in page.inner_text("p.verdict") else "x") if flagged else unflagged
        if key == "b":
            page.keyboard.press(key)
            page.wait_for_selector("ol.texts")
            time.sleep(LIST_READ_S)
        before, pressed = _done(page), time.perf_counter()
        page.keyboard.press(key)
        try:
            page.wait_for_function(_MORE_DONE, arg=before, timeout=4000)
        except TooLong:
            # It came too soon after the text: pressed again, and the wait counts.
            continue
        taken.append(time.perf_counter() - pressed)
    return taken, _done(page) - first, time.perf_counter() - started


def _done(page: Page) -> int:
    return int(page.evaluate("document.querySelector('progress.done').value"))


def on_the_server(folder: Path) -> list[float]:
    """Seconds of deciding about one text and reading the queue anew, on a records file with the
    same texts.
    """
    records, now = Records(folder), datetime.now(UTC).replace(tzinfo=None)
    event = event_with(records, made_up_texts(TEXTS), now=now)
    taken = []
    for text in queue(ONE, records, event, now=now).texts:
        started = time.perf_counter()
        decide(ONE, records, event, [text.key], Decision.APPROVE, now=now)
        queue(ONE, records, event, now=now)
        taken.append(time.perf_counter() - started)
    records.close()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", type=Path)
    store = parser.parse_args().store
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = on_the_server(folder / "server-alone")
        records = Records(folder / "records")
        for code in ("ONE", "LIST"):
            event_with(
                records, made_up_texts(TEXTS), code=code, now=datetime.now(UTC).replace(tzinfo=None)
            )
        records.close()
        single, lists = _served(store or demo_store(folder), folder)
    print(
        f"{TEXTS} made-up texts, {single[1]} in the queue, {TEXTS - single[1]} lifted out as"
        " disclosures\n"
    )
    print("| | one by one | unflagged ones in lists |\n|---|---:|---:|")
    print(f"| keys pressed | {len(single[0])} | {len(lists[0])} |")
    print(
        f"| a key to the next text, ms, median | {median(single[0]) * 1e3:,.0f} |"
        f" {median(lists[0]) * 1e3:,.0f} |"
    )
    print(f"| the slowest, ms | {max(single[0]) * 1e3:,.0f} | {max(lists[0]) * 1e3:,.0f} |")
    print(
        f"| all, with {READ_S} s to look before each key, s | {single[2]:,.0f} | {lists[2]:,.0f} |"
    )
    print(
        f"\nThe server's act and reading the queue anew: median {median(server) * 1e3:,.0f} ms,"
        " 95th percentile ",
        end="",
    )
    print(f"{quantiles(server, n=20)[-1] * 1e3:,.0f} ms.")


def _served(store: Path, folder: Path) -> list[tuple[list[float], int, float]]:
    port = free_port()
    command = [
        sys.executable,
        "-c",
        "from vrp_map.cli import main; main()",
        "serve",
        "--store",
        str(store.resolve()),
    ]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    environment |= {
        "VRP_RECORDS": str(folder / "records"),
        "HOME": str(folder),
        "VRP_START_KEY": "off",
    }
    process = subprocess.Popen(
        [*command, "--port", str(port)], cwd=folder, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            _wait(f"http://localhost:{port}/health")
            # Playwright waits by evaluating text, which the policy of the pages refuses.
            page, address = browser.new_page(bypass_csp=True), f"http://localhost:{port}"
            return [
                in_the_browser(page, address, code=c, unflagged=k)
                for c, k in (("ONE", "a"), ("LIST", "b"))
            ]
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(address: str) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    main()
