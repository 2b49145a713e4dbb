"""Non-mask detection installed and set up in a real browser: detection area and ignore zones on live faces (SPEC 5)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import PHONE, Person
from tests.e2e.stack import LIMIT_S, Stack
from tests.e2e.test_settings import draw, on_picture, open_settings, save, vertices
from tests.e2e.test_zones import add_zone

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

CORNER = [(0.02, 0.02), (0.1, 0.02), (0.1, 0.1), (0.02, 0.1)]  # where nobody's face is
WHOLE = [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98)]
DOOR = """
from cameras.models import Site
from cameras.services.camera import camera_create
camera_create(site=Site.objects.get(), name="Door", url="clip:faces-plain.mp4", fps=3)
"""

expect.set_options(timeout=LIMIT_S * 1000)


@pytest.fixture(scope="module")
def door(stack: Stack) -> str:
    """A camera that looks at faces, with occupancy detection only."""
    stack.manage("shell", "-c", DOOR)
    return "Door"


def faces(page: Page) -> Locator:
    """How many the settings on the screen would look at."""
    return page.locator("[data-detection-chip] [data-field=count]")


def test_it_is_installed_drawn_on_saved_and_applied(person: Callable[..., Person], door: str, album) -> None:
    """EXT-1, EXT-3, EXT-7, CAM-4: by a job; what is drawn is seen at once, and works after saving; undo knows both."""
    somebody = person("administrator")
    somebody.go("/extensions/")
    page = somebody.page
    page.get_by_label(f"Select {door}").check()
    page.get_by_role("combobox", name="Which extension").select_option("nonmask")
    page.get_by_role("button", name="Install", exact=True).click()
    page.get_by_role("button", name="Install AI non-mask detection on 1 camera").click()
    expect(page.get_by_text(re.compile("1 done|Done")).first).to_be_visible()

    page = open_settings(somebody, "Non-mask", door)
    expect(faces(page)).to_have_text(re.compile("[1-9]"))
    draw(page, CORNER)
    expect(vertices(page)).to_have_text("4/16")
    expect(faces(page)).to_have_text("0")
    page.keyboard.press("Control+z")
    expect(faces(page)).to_have_text(re.compile("[1-9]"))
    add_zone(page, "Add ignore zone", WHOLE)
    expect(faces(page)).to_have_text("0")
    album(somebody, "nonmask-zone")
    page.get_by_role("button", name="Remove Ignore zone 1").click()
    page.locator("[data-detection-chip]").click()
    draw(page, WHOLE)
    expect(page.get_by_text("1 change", exact=True)).to_be_visible()
    save(page)

    page.reload()
    expect(page.locator("[data-detection-chip]")).to_contain_text("4 vertices")
    page.get_by_role("link", name="Detail", exact=True).click()
    page.get_by_label("Judged frames before a decision").fill("1")
    expect(page.get_by_text("must be 2 to 50, not 1.")).to_be_visible()
    page.get_by_label("Judged frames before a decision").fill("6")
    page.get_by_label("Frames that are remembered").fill("5")
    expect(page.get_by_text("At least as many frames must be remembered")).to_be_visible()
    page.get_by_label("Frames that are remembered").fill("10")
    save(page)


def test_a_reset_keeps_the_zones(person: Callable[..., Person], door: str) -> None:
    """EXT-6: the page says what goes and what stays; the detection area goes."""
    page = open_settings(person("administrator"), "Non-mask", door)
    add_zone(page, "Add ignore zone", CORNER)
    save(page)
    page.get_by_role("button", name="Reset to default").click()
    page.get_by_role("dialog").get_by_role("button", name="Reset to default").click()

    expect(page.get_by_text("All tabs are back at their defaults.")).to_be_visible()
    expect(page.locator("[data-detection-chip]")).to_contain_text("the whole picture")
    expect(page.locator("[data-zone-place]")).to_have_count(1)


def test_it_is_usable_on_a_phone(person: Callable[..., Person], door: str, album) -> None:
    """RUN-7: nothing is wider than the screen; a corner is set with a finger."""
    somebody = person("administrator", theme="light", **PHONE)
    page = open_settings(somebody, "Non-mask", door)
    page.get_by_role("button", name="Draw anew").or_(page.get_by_role("button", name="Draw", exact=True)).click()
    page.touchscreen.tap(*on_picture(page, 0.3, 0.3))
    expect(vertices(page)).to_have_text("1/16")
    album(somebody, "nonmask-phone")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
