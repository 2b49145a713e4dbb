"""Areas of two cameras taken together, in real browsers: made, live, renamed for everybody, in alarm (DASH-6)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.analytics.workers.cluster import wait_for
from tests.e2e.conftest import PHONE, Person
from tests.e2e.everybody import findings
from tests.e2e.stack import LIMIT_S, Stack

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]
MAKE = """
from cameras.models import Site
from cameras.services.camera import camera_create
whole = [[0, 0], [1, 0], [1, 1], [0, 1]]
area = {"number": 1, "name": "Yard", "polygon": whole, "status": True, "count_threshold": 40}
camera_create(
    site=Site.objects.get(), name="Gate", url="scene:?seed=3&people=4&fps=5", fps=2, settings={"areas": [area]})
"""
# The counts of the two areas, and of both together, as the page shows them at one moment.
SHOWN = """
(name) => {
  const lines = [...document.querySelectorAll(".area-line")];
  const of = (area) => lines.find((line) => line.querySelector("[data-field=area]").textContent === area);
  return ["Table", "Yard", name].map((area) => of(area)?.querySelector("[data-field=count]").textContent);
}
"""

expect.set_options(timeout=LIMIT_S * 1000)


@pytest.fixture(scope="module", autouse=True)
def gate(stack: Stack) -> None:
    """A second camera with an area."""
    stack.manage("shell", "-c", MAKE)


def line(page: Page, name: str) -> Locator:
    return page.locator("[data-combined]", has=page.locator("[data-field=area]", has_text=re.compile(f"^{name}$")))


def adds_up(page: Page, name: str) -> bool:
    """Whether the figure is the sum of its areas now, each of which is a number."""
    shown = page.evaluate(SHOWN, name)
    return all(one and one.isdigit() for one in shown) and int(shown[0]) + int(shown[1]) == int(shown[2])


def test_two_areas_become_one_figure_for_everybody(person: MAKE_PERSON, album) -> None:
    """DASH-6, DASH-5: made by an administrator, live on the page of an operator who never loads it anew after that:
    the sum, another name, and the alarm."""
    administrator, operator = person("administrator"), person("operator", theme="light", **PHONE)
    page = administrator.page
    administrator.go("/sites/1/")
    page.get_by_role("link", name="Add combined area").click()
    page.get_by_label("Name", exact=True).fill("Both")
    page.get_by_label("Table").check()
    page.get_by_label("Yard").check()
    page.get_by_label("Count threshold", exact=True).fill("80")
    assert findings(administrator) == []
    page.get_by_role("button", name="Add combined area").click()
    page.wait_for_url("**/sites/1/")
    expect(line(page, "Both")).to_be_visible()

    operator.go("/sites/1/")
    tab = operator.page
    wait_for("the sum", lambda: adds_up(tab, "Both"))
    count = line(tab, "Both").locator("[data-field=count]")
    before = count.inner_text()
    expect(count).not_to_have_text(before)
    wait_for("the sum", lambda: adds_up(tab, "Both"))

    line(page, "Both").get_by_role("link").click()
    page.get_by_label("Name", exact=True).fill("Hall and yard")
    page.get_by_label("Count threshold", exact=True).fill("1")
    page.get_by_label("Time", exact=True).fill("1")
    page.get_by_role("button", name="Save").click()
    expect(line(tab, "Hall and yard")).to_be_visible()
    expect(line(tab, "Both")).to_have_count(0)
    expect(line(tab, "Hall and yard").get_by_text("Alarm!")).to_be_visible()
    album(operator, "combined-phone")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert findings(operator) == []
    operator.go("/alarms/?q=Hall+and+yard")
    expect(tab.locator(".alarm-row").first).to_contain_text("Hall and yard")
