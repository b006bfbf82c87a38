"""What the policy of the staff pages lets run, in a browser: what they need, and nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.states import until

pytestmark = pytest.mark.browser

# Streamlit's reader of messages tries WebAssembly, and does without where it may not.
_DONE_WITHOUT = "wasm-eval"
_WATCH = """window.stopped = [];
addEventListener("securitypolicyviolation", (event) => {
  window.stopped.push(`${event.effectiveDirective} ${event.blockedURI}`);
});"""
# Each way in which markup or a text could become a script.
_TRIES = """() => {
  const add = (tag, more) => document.body.append(Object.assign(document.createElement(tag), more));
  add("script", { textContent: "window.ran = 'inline'" });
  add("div", { innerHTML: "<img src='/nothing.png' onerror='window.ran = `attribute`'>" });
  add("script", { src: "data:text/javascript,window.ran = 'data'" });
  add("script", { src: "https://example.invalid/x.js" });
  add("iframe", { srcdoc: "<script>parent.ran = 'frame'</script>" });
  // Later: what the test itself evaluates may do this.
  setTimeout(() => {
    try { new Function("window.ran = 'text'")(); } catch { window.refused = true; }
  });
}"""


def test_pages_need_no_more_than_the_policy_lets_run(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, viewport={"width": 1280, "height": 900})
    context.add_init_script(_WATCH)
    page = context.new_page()
    for path, drawn in {
        "/paper-pins": "[class*=st-key-paper_words_] input:focus",
        "/what-changed?resolution=8": "[data-testid=stVegaLiteChart] :is(canvas, svg)",
        "/pilots?pilot=new&area=89195c3a46bffff": ".staff-map[data-drawn=yes]",
    }.items():
        page.goto(path)
        expect(page.locator(drawn).first).to_be_visible()
        stopped = page.evaluate("window.stopped")
        assert [one for one in stopped if _DONE_WITHOUT not in one] == [], path
    page.evaluate(_TRIES)
    until(page, "window.ran || window.refused")
    for tried in ("script-src-elem inline", "script-src-attr inline", "script-src-elem data"):
        assert any(one.startswith(tried) for one in page.evaluate("window.stopped")), tried
    assert page.evaluate("[window.ran, window.refused]") == [None, True]
    context.close()
