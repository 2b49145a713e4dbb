"""Why an alarm fired, why none did, and what would calm an area, in a real browser on a stored day (OPR-8, OPR-9)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, Person
from tests.e2e.everybody import findings
from tests.e2e.stack import LIMIT_S, Stack

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]
MAKE = """
import uuid
from datetime import timedelta
from django.utils import timezone
from analytics.models import Alarm
from cameras.models import Site
from cameras.services.camera import camera_create
from tests.analytics.test_timeline import log_write

area = {"number": 1, "name": "Lobby", "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "count_threshold": 10, "time_s": 10}
site, now = Site.objects.get(), timezone.now()
camera = camera_create(site=site, name="Hall", url="scene:?people=1", enabled=False, settings={"areas": [area]})
crowds = range(0, 86_400, 600)  # of 15 s, every ten minutes
log_write(
    camera, {0: 0} | {at + 1: 12 for at in crowds} | {at + 16: 0 for at in crowds}, now - timedelta(days=1), now
)
start = now - timedelta(seconds=590)
Alarm.objects.create(
    id=uuid.uuid4(), site=site, camera=camera, camera_name=camera.name, area_number=1, area_name="Lobby", count=12,
    threshold=10, started_at=start, ended_at=start + timedelta(seconds=5), end_reason="count",
    acknowledged_at=now, closed_at=now, verdict="false", simulated=True,
)
"""
HALL = 3  # the third camera of the portal

expect.set_options(timeout=LIMIT_S * 1000)


@pytest.fixture(scope="module")
def hall(stack: Stack) -> int:
    """A camera with the log of a day; it is switched off, so that nothing is added."""
    stack.manage("shell", "-c", MAKE)
    return HALL


def test_an_alarm_leads_to_the_timeline_of_its_area(person: MAKE_PERSON, hall: int, album) -> None:
    """OPR-8: drawing and words in the panel; then a day of it, the time before, and a time in which nobody counted."""
    operator = person("operator")
    page = operator.page
    operator.go(f"/alarms/?camera={hall}")
    page.locator(".alarm-row__link", has_text="Lobby").click()
    why = page.get_by_role("region", name="Why it fired")
    expect(why.locator(".why-counts")).to_have_attribute("d", re.compile(r"^M\S+"))
    why.get_by_text("As a table").click()
    expect(why.get_by_role("row", name="Alarm started")).to_contain_text("count 12, threshold 10")

    why.get_by_role("link", name="The area’s timeline").click()
    expect(page.get_by_role("link", name="Counts", exact=True).last).to_have_attribute("aria-current", "page")
    expect(page.locator(".why-headline")).to_contain_text("1 alarm was going on.")
    page.get_by_role("link", name="1 day").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**minutes=1440**")
    # A column of a day is 90 s long: of a crowd it shows the alarm, its run only where a column ends between the two.
    assert page.locator(".why-timer--alarm-running").count() >= 100, "the crowds of the whole day"
    album(operator, "timeline-day")

    page.get_by_label("until", exact=True).fill("2020-05-01T12:00")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".why-headline")).to_have_text("Nothing was counted here in this time.")
    page.get_by_role("link", name="Later").click()
    page.wait_for_url("**until=2020-05-02T12*")
    page.get_by_role("link", name="Now").click()
    expect(page.locator(".why-headline")).to_contain_text("1 alarm was going on.")


def test_the_timeline_fits_a_phone(person: MAKE_PERSON, hall: int, album) -> None:
    """OPR-8, UI 2: light, narrow; the steps are read by keyboard where they are longer than the screen."""
    operator = person("operator", theme="light", **PHONE)
    page = operator.page
    operator.go(f"/cameras/{hall}/areas/1/timeline/?minutes=1440")
    steps = page.get_by_role("region", name="Step by step").last
    steps.focus()
    page.keyboard.press("End")
    album(operator, "timeline-phone")

    expect(steps).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert findings(operator) == []


def test_a_noisy_area_is_calmed_by_what_is_proposed(person: MAKE_PERSON, hall: int, album) -> None:
    """OPR-9: from the desk to the report, from the report to the form with the value typed in; saved by its person."""
    administrator = person("administrator")
    page = administrator.page
    administrator.go("/alarms/")
    page.get_by_role("link", name="Noise").click()
    card = page.get_by_role("region", name="Lobby")
    expect(card).to_contain_text("Time 20 s would have raised 0 alarms instead of")
    album(administrator, "noise-dark")
    assert findings(administrator) == []

    card.get_by_role("link", name="Fill it in").click()
    time_s, count = page.locator("#f-areas-0-time_s"), page.locator("save-bar [data-part=count]")
    expect(time_s).to_have_value("20")
    expect(count).to_contain_text("1 change")
    administrator.go(f"/cameras/{hall}/settings/basic/")
    expect(time_s).to_have_value("10")  # looked at only: nothing was saved

    page.go_back()
    expect(time_s).to_have_value("20")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-part=outcome]")).to_have_text(re.compile("Saved"))
    administrator.go(f"/cameras/{hall}/settings/basic/")
    expect(time_s).to_have_value("20")


def test_an_operator_reads_the_report_on_a_phone(person: MAKE_PERSON, hall: int) -> None:
    """OPR-9, SEC-1: with the way to the alarms, without the way to the settings."""
    operator = person("operator", theme="light", **PHONE)
    page = operator.page
    operator.go("/alarms/noise/?days=28")
    card = page.get_by_role("region", name="Lobby")
    expect(card.locator(".noise__words, .noise__proposal .muted").first).to_be_visible()

    expect(card.get_by_role("link", name="Fill it in")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert findings(operator) == []
    card.get_by_role("link", name="Its alarms").click()
    expect(page.locator(".alarm-row", has_text="Lobby")).to_have_count(1)
