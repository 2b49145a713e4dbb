"""Settings for many cameras in a real browser: ticked in the table, looked at, put there by a job (EXT-5, UI 3)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE, Person
from tests.e2e.stack import LIMIT_S, Stack

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]
MAKE = """
from cameras.models import Site
from cameras.services.camera import camera_create
site = Site.objects.get(name="Campus")
for number in (1, 2, 3):
    url, settings = f"rtsp://192.0.2.9/ch_{number}", {"pause_reset_s": 9}
    camera_create(site=site, name=f"Dome · {number}", url=url, settings=settings, enabled=False)
"""
SHOWN = "document.querySelector('[data-camera] [data-level=fine] img')?.naturalWidth"

expect.set_options(timeout=LIMIT_S * 1000)


def row(page: Page, name: str):
    return page.locator("tr[data-camera]", has=page.get_by_role("link", name=name, exact=True))


def test_ticked_cameras_get_the_settings_of_another(stack: Stack, person: MAKE_PERSON, album) -> None:
    """EXT-5, CAM-10: the box of a device ticks its sensors; preview, order, progress, and the settings are there."""
    stack.manage("shell", "-c", MAKE)
    administrator = person("administrator")
    page = administrator.page
    administrator.go("/cameras/")
    expect(row(page, "Ramp").locator("[data-field=status]")).to_have_text("Online")
    expect(page.locator("#bulk")).to_be_hidden()
    expect(page.locator("connection-state")).to_have_text("Live")

    page.get_by_label("Select all sensors of Dome").check()
    expect(page.locator("#bulk")).to_contain_text("3 cameras selected")
    page.keyboard.press("b")
    expect(page.get_by_role("button", name="Copy settings")).to_be_focused()
    page.get_by_label("Select Dome · 2").focus()
    page.keyboard.press("Space")
    expect(page.locator("#bulk")).to_contain_text("2 cameras selected")
    page.keyboard.press("Space")
    album(administrator, "cameras-ticked")
    page.get_by_role("button", name="Copy settings").click()

    page.get_by_label("Camera", exact=True).select_option(label="Campus · Meeting table")
    for tab in ("Basic", "HTTP transmission", "MQTT transmission"):
        page.get_by_label(tab).uncheck()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="3 cameras would change")).to_be_visible()
    expect(page.get_by_role("row", name="Time to reset during pause 9 1")).to_be_visible()
    album(administrator, "copy-preview")
    page.get_by_role("button", name="Put it on 3 cameras").click()

    expect(page.locator("tr[data-state=done]")).to_have_count(3)
    administrator.go("/cameras/")
    expect(page.locator("connection-state")).to_have_text("Live")  # the scripts are there
    page.keyboard.press("/")
    page.keyboard.type("dome")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cameras/?q=dome")
    administrator.go("/cameras/copy/?preview=1&tab=detail&all=1&q=dome&from=1")
    expect(page.get_by_text("All chosen cameras have these settings already.")).to_be_visible()


def test_a_running_camera_shows_its_picture_in_the_table(person: MAKE_PERSON) -> None:
    """UI 3: taken from the worker on demand; on a phone the table has no picture and asks for none."""
    administrator, passer_by = person("administrator"), person("operator", **PHONE)
    page = administrator.page
    administrator.go("/cameras/?q=ramp")
    expect(row(page, "Ramp").locator("[data-field=status]")).to_have_text("Online")
    page.reload()
    for _ in range(100):
        if page.evaluate(SHOWN) == 160:
            break
        page.wait_for_timeout(100)

    assert page.evaluate(SHOWN) == 160
    passer_by.go("/cameras/")
    expect(passer_by.page.locator(".thumbnail").first).to_be_hidden()
    expect(passer_by.page.get_by_label("Select Ramp")).to_have_count(0)
