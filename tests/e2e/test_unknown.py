"""A site whose only camera cannot be reached: no page says that nobody is there (CNT-6)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Person
from tests.e2e.stack import LIMIT_S, Stack

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]
# Nobody answers at an address that is kept for documents.
MAKE = """
import io
from PIL import Image
from analytics.services.floor_plan import Mark, floor_plan_create, floor_plan_mark
from cameras.services.camera import camera_create
from cameras.services.site import site_create
from portal.accounts.models import User
user, picture = User.objects.get(username="administrator"), io.BytesIO()
area = {"number": 1, "name": "Vault", "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "status": True}
site = site_create(name="Dark", time_zone="UTC")
camera = camera_create(site=site, name="Cellar", url="rtsp://192.0.2.1/stream", settings={"areas": [area]})
Image.new("RGB", (320, 180), "white").save(picture, "PNG")
picture.seek(0)
plan = floor_plan_create(user=user, site=site, name="Below", file=picture, size=len(picture.getvalue()))
floor_plan_mark(user=user, plan=plan, marks=[Mark(camera.pk, 1, 0.5, 0.5)], version=plan.version)
"""

expect.set_options(timeout=LIMIT_S * 1000)


def test_where_nobody_looks_no_page_says_that_nobody_is_there(person: MAKE_PERSON, stack: Stack, album) -> None:
    """CNT-6: a dash on the overview, the page of the site, its floor plan and the wall, also after the scripts have
    heard what there is to hear; what the other site knows is still a number."""
    stack.manage("shell", "-c", MAKE)
    administrator = person("administrator")
    page = administrator.page
    administrator.go("/")
    card = page.locator("[data-site-card]", has_text="Dark")
    expect(card.locator("[data-field=online]")).to_have_text("0 of 1 cameras online")
    expect(page.locator("connection-state")).to_have_text("Live")
    expect(page.locator("[data-figure=people] [data-field=value]")).not_to_have_text("–")
    expect(card.locator("[data-field=people]")).to_have_text("–")
    album(administrator, "unknown-overview")

    card.get_by_role("link", name="Dark").click()
    expect(page.locator("[data-tile] [data-field=status]")).to_have_text(re.compile("Offline|Connecting"))
    for figure in ("people", "over"):
        expect(page.locator(f"[data-figure={figure}] [data-field=value]")).to_have_text("–")
    line = page.locator("[data-line]")
    expect(line.locator("[data-field=count]")).to_have_text("–")
    expect(line.get_by_role("meter")).to_have_attribute("aria-valuetext", "unknown")
    mark = page.locator("[data-mark]")
    expect(mark).to_have_attribute("data-level", "unknown")
    expect(mark.locator("[data-field=count]")).to_have_text("–")

    administrator.go("/wall/")
    cell = page.locator("[data-camera]", has_text="Cellar")
    expect(cell).to_be_visible()
    expect(cell.locator("[data-field=count]", has_not_text="–/")).to_have_count(0)
