"""Bands of the week and try on history in a real browser: typed, refused, tried, saved, in force on the camera."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import PHONE, Person
from tests.e2e.test_settings import open_settings, save

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]
TOLD = re.compile(r"would have raised \d+ alarms?|No count of this time is stored")


@pytest.fixture
def administrator(person: MAKE_PERSON) -> Person:
    return person("administrator")


def band(page: Page, place: int) -> Locator:
    return page.locator("[data-band]").nth(place)


def test_a_band_is_typed_refused_tried_saved_and_in_force(administrator: Person, album) -> None:
    """OCC-34, OCC-33, EXT-7: the server's words at the field; the threshold of the band holds on the camera."""
    page = open_settings(administrator, "Occupancy")
    expect(page.get_by_text("None: the count thresholds of the areas hold all week.")).to_be_visible()
    page.get_by_role("button", name="Add a band").click()
    band(page, 0).get_by_label("Name of the band").fill("All day")
    expect(band(page, 0).get_by_text("A band needs the count threshold of at least one area.")).to_be_visible()
    band(page, 0).get_by_label("Table").fill("41")
    expect(band(page, 0).get_by_text("Count threshold must be 1 to 40, not 41.")).to_be_visible()
    page.get_by_role("button", name="Try on history").click()
    expect(band(page, 0).get_by_label("Table")).to_be_focused()
    band(page, 0).get_by_label("Table").fill("40")
    band(page, 0).get_by_label("End").fill("0:00")
    expect(band(page, 0).get_by_text("The end must differ from the begin")).to_be_visible()
    band(page, 0).get_by_label("End").fill("24:00")
    expect(band(page, 0).get_by_text("holds now")).to_be_visible()

    page.get_by_role("button", name="Try on history").click()
    trial = page.get_by_role("region", name="Try on history")
    expect(trial.get_by_role("listitem")).to_contain_text(TOLD)
    trial.get_by_label("How far back").select_option(label="in the last day")
    expect(trial.get_by_role("listitem")).to_contain_text(TOLD)
    album(administrator, "bands-dark")
    band(page, 0).get_by_label("Table").fill("39")
    expect(trial.get_by_text("Changed since")).to_be_visible()
    trial.get_by_role("button", name="Close").click()
    expect(trial).to_be_hidden()
    save(page)

    page.get_by_role("link", name="Live", exact=True).click()
    expect(page.locator("area-card[data-area='1']")).to_contain_text("39")


def test_bands_change_places_and_go(administrator: Person) -> None:
    """OCC-34: of two that meet the upper one holds; every name is kept with its band, Discard brings all back."""
    page = open_settings(administrator, "Occupancy", "Ramp")
    for name in ("Lunch", "Night"):
        page.get_by_role("button", name="Add a band").click()
        expect(page.get_by_label("Name of the band").last).to_be_focused()
        page.get_by_label("Name of the band").last.fill(name)
        page.locator("[data-band]").last.get_by_label("Area 1").fill("3")
    band(page, 1).get_by_label("Tuesday").uncheck(force=True)
    save(page)

    band(page, 1).get_by_role("button", name="Move this band up").click()
    expect(band(page, 0).get_by_label("Name of the band")).to_have_value("Night")
    expect(band(page, 0).get_by_label("Tuesday")).not_to_be_checked()
    expect(band(page, 1).get_by_label("Tuesday")).to_be_checked()
    page.get_by_role("button", name="Discard").click()
    expect(band(page, 0).get_by_label("Name of the band")).to_have_value("Lunch")

    band(page, 0).get_by_role("button", name="Remove this band").click()
    expect(page.locator("[data-band]")).to_have_count(1)
    save(page)
    page.reload()
    expect(band(page, 0).get_by_label("Name of the band")).to_have_value("Night")


def test_a_schedule_is_tried_before_it_is_saved(administrator: Person) -> None:
    """OCC-33, EXT-4: a camera that never runs raises nothing."""
    page = open_settings(administrator, "Schedule", "Ramp")
    page.get_by_label("Always on").uncheck()
    page.get_by_role("button", name="Try on history").click()

    told = re.compile("would have raised 0 alarms|No count of this time is stored")
    expect(page.get_by_role("region", name="Try on history").get_by_role("listitem")).to_contain_text(told)
    page.get_by_role("button", name="Discard").click()


def test_the_minimum_alarm_shows_its_numbers_once_it_is_on(administrator: Person) -> None:
    """OCC-32: its threshold and time belong to the switch."""
    page = open_settings(administrator, "Occupancy", "Ramp")
    expect(page.get_by_label("Minimum-occupancy threshold").first).to_be_hidden()
    page.locator("#f-areas-0-min_alarm").check()

    expect(page.locator("#f-areas-0-min_threshold")).to_be_visible()
    page.get_by_role("button", name="Discard").click()


def test_bands_and_the_trial_fit_a_phone(person: MAKE_PERSON, album) -> None:
    """RUN-7: nothing is wider than the screen, the trial leaves room to read it."""
    administrator = person("administrator", theme="light", **PHONE)
    page = open_settings(administrator, "Occupancy", "Ramp")
    page.get_by_role("button", name="Add a band").click()
    page.locator("[data-band]").last.get_by_label("Area 1").fill("3")
    page.get_by_role("button", name="Try on history").click()
    expect(page.get_by_role("region", name="Try on history").get_by_role("listitem")).to_contain_text(TOLD)
    album(administrator, "bands-phone")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Discard").click()
