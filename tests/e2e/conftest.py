"""A portal that runs, and people in front of it in headless Chromium."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from tests.e2e.stack import LIMIT_S, PASSWORD, Stack

DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
"""


@dataclass
class Person:
    """Somebody signed in; `complaints` is what their browser found wrong."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.look()
        self.page.goto(self.address + path)

    def look(self) -> None:
        """Take note of what the page's policy has refused, before the page is left."""
        self.complaints += [f"policy: {one}" for one in self.page.evaluate("window.violations ?? []")]

    def sign_in(self, name: str) -> None:
        self.go("/sign-in/")
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.address}/")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("portal")) as stack:
        yield stack


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--mute-audio"])
        yield browser
        browser.close()


@contextmanager
def people(stack: Stack, browser: Browser) -> Iterator[Callable[..., Person]]:
    """`people(…)("operator", **how)`: somebody in front of a browser of their own, without a name not signed in."""
    contexts: list[BrowserContext] = []
    made: list[Person] = []

    def make(name: str = "", *, theme: str = "dark", **how: Any) -> Person:
        context = browser.new_context(**{**DESK, **how})
        context.set_default_timeout(LIMIT_S * 1000)
        context.add_init_script(LISTEN + f"localStorage.setItem('lookout.theme', '{theme}');")
        contexts.append(context)
        somebody = Person(context.new_page(), stack.address)
        made.append(somebody)
        _listen(somebody)
        if name:
            somebody.sign_in(name)
        return somebody

    yield make
    for somebody in made:
        somebody.look()
    complaints = [one for somebody in made for one in unreplaced(somebody.complaints)]  # before closing aborts some
    for context in contexts:
        context.close()
    assert complaints == [], "\n".join(complaints)


@pytest.fixture
def person(stack: Stack, browser: Browser) -> Iterator[Callable[..., Person]]:
    """`person("operator", **how)`: as `people`; nobody may have seen an error."""
    with people(stack, browser) as make:
        yield make


def unreplaced(complaints: list[str]) -> list[str]:
    """Without the pairs of lines that htmx writes where a newer request of an element has replaced the one before."""
    replaced = {at for at, line in enumerate(complaints) if "htmx:sendAbort" in line}
    return [line for at, line in enumerate(complaints) if not {at, at + 1} & replaced]


def _listen(person: Person) -> None:
    def answered(response: Response) -> None:
        if response.status >= 400:
            person.complaints.append(f"{response.status} {response.url}")

    person.page.on("response", answered)
    person.page.on("pageerror", lambda error: person.complaints.append(f"error: {error}"))
    person.page.on(
        "console", lambda line: person.complaints.append(f"console: {line.text}") if line.type == "error" else None
    )


@pytest.fixture
def album(tmp_path: Path) -> Callable[[Person, str], Path]:
    """`album(person, "camera-dark")`: a screenshot in the test's own folder."""

    def take(person: Person, name: str) -> Path:
        path = tmp_path / f"{name}.png"
        person.page.screenshot(path=path)
        return path

    return take
