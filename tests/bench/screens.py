"""What operators see in real browsers while 200 areas change (issue 7; OPR-1, OPR-2).

python -m tests.bench.screens     prints JSON: `screen_alarm_p95_ms`, from before an alarm is written to its row in the
list of an open page; `two_operators_ms`, from one operator's key to what the other one reads, the slowest of ten

Both browsers are on the machine that publishes: one clock tells both ends, and they draw beside what is measured.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.stage import session_of, stage, web
from tests.bench.watched import cameras_make, newscaster, p95

ALARMS, ALARMS_PER_S, STEPS = 20, 1.0, 10
AT_MOST_MS = 60_000  # only ends a hang

# Of the rows that come into the list from now on: milliseconds since the alarm of each began.
ROWS = """
(most) => new Promise((resolve) => {
  const seen = [];
  new MutationObserver((changes) => {
    for (const row of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
      if (row.dataset?.started) seen.push(Date.now() - Date.parse(row.dataset.started));
    }
    if (seen.length >= most) resolve(seen);
  }).observe(document.querySelector("#alarm-list"), { childList: true, subtree: true });
})
"""
KEY_PRESSED = "addEventListener('keydown', () => (window.pressedAt = Date.now()), { capture: true })"
# When somebody's name stands on the row of this alarm.
TAKEN = """
(id) => new Promise((resolve) => {
  const look = () => document.querySelector(`[data-alarm="${id}"] .alarm-row__who`) && resolve(Date.now());
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  look();
})
"""


def main() -> None:
    with stage() as here:
        cameras_make()
        cookies = [session_of(name) for name in ("operator", "colleague")]
        with web(here), _chromium() as browser:
            address = f"http://localhost:{here.port}"
            first, second = (_desk(browser, address, cookie) for cookie in cookies)
            rows = _rows(second)
            steps = _steps(first, second)
    figures = {"screen_alarm_p95_ms": round(p95(rows), 1), "two_operators_ms": round(max(steps), 1)}
    details = {"alarms": len(rows), "longest_alarm_ms": max(rows), "steps_ms": [round(ms) for ms in steps]}
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


@contextmanager
def _chromium() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--mute-audio"])


def _desk(browser: Browser, address: str, cookie: str) -> Page:
    """Somebody's open list of alarms, in a browser of their own, connected."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(AT_MOST_MS)
    name, value = cookie.split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": address}])
    page = context.new_page()
    with page.expect_websocket() as socket:
        page.goto(f"{address}/alarms/")
    socket.value.wait_for_event("framereceived")
    page.wait_for_load_state("networkidle")
    return page


def _rows(page: Page) -> list[float]:
    """Milliseconds from each alarm to its row, while all areas change."""
    with _speaking(AT_MOST_MS / 1000, ALARMS_PER_S):
        return [float(ms) for ms in page.evaluate(ROWS, ALARMS)]


def _steps(first: Page, second: Page) -> list[float]:
    """Milliseconds from the first one's key `a` to the name on the second one's row, one alarm after the other."""
    with _speaking(AT_MOST_MS / 1000):
        return [_step(first, second, place) for place in range(STEPS)]


def _step(first: Page, second: Page, place: int) -> float:
    row = first.locator("[data-alarm]").nth(place)
    alarm = row.get_attribute("data-alarm")
    row.locator("a").click()
    first.locator(f'#alarm-panel [data-alarm-panel="{alarm}"]').wait_for()
    first.evaluate(KEY_PRESSED)
    first.keyboard.press("a")
    seen_at = float(second.evaluate(TAKEN, alarm))
    first.locator(f'[data-alarm="{alarm}"] .alarm-row__who').wait_for()
    return seen_at - float(first.evaluate("window.pressedAt"))


@contextmanager
def _speaking(seconds: float, alarms_per_s: float = 0.0) -> Iterator[None]:
    speaking: subprocess.Popen[bytes] = newscaster(seconds, alarms_per_s)
    try:
        yield
    finally:
        speaking.terminate()
        speaking.wait()


if __name__ == "__main__":
    main()
