"""Privacy zones, ignore zones and rotation in a real browser (CAM-4, CAM-5, OCC-35); and typing before the scripts."""

import re
import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import PHONE, Person
from tests.e2e.test_settings import BESIDE_THE_TABLE, chip, draw, on_picture, open_settings, save, vertices

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]
GREY = "[110, 110, 110]"
WHOLE = [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98)]
PIXEL = """([x, y]) => {
  const canvas = document.querySelector("live-overlay canvas");
  const data = canvas.getContext("2d").getImageData(x * canvas.width, y * canvas.height, 1, 1).data;
  return [...data.slice(0, 3)];
}"""
IS_GREY = f"([x, y]) => ({PIXEL})([x, y]).every((one) => Math.abs(one - 110) < 8)"


@pytest.fixture
def administrator(person: MAKE_PERSON) -> Person:
    return person("administrator")


def add_zone(page: Page, name: str, corners: list[tuple[float, float]]) -> None:
    page.get_by_role("button", name=name).click()
    for corner in corners:
        page.mouse.click(*on_picture(page, *corner))
    page.mouse.click(*on_picture(page, *corners[0]))


def test_a_privacy_zone_is_drawn_saved_seen_grey_and_taken_away(administrator: Person, album) -> None:
    """CAM-5, EXT-7: by mouse and by keyboard; grey on the live picture with the answer of the worker."""
    page = open_settings(administrator, "Picture", "Ramp")
    add_zone(page, "Add privacy zone", [(0.1, 0.1), (0.4, 0.1), (0.4, 0.5), (0.1, 0.5)])
    expect(page.get_by_role("button", name="Privacy zone 1 4 vertices")).to_have_attribute("aria-pressed", "true")

    page.get_by_role("button", name="Add privacy zone").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowDown")
    for keys in ("", "Shift+ArrowRight", "Shift+ArrowUp"):
        if keys:
            page.keyboard.press(keys)
        page.keyboard.press("Enter")
    page.keyboard.press("c")
    expect(page.get_by_text("Privacy zone 2")).to_have_count(2)  # its row, and the table of its vertices
    expect(vertices(page)).to_have_text("3/16")
    assert not page.evaluate(IS_GREY, [0.25, 0.3])
    album(administrator, "privacy-dark")
    save(page)

    page.wait_for_function(IS_GREY, arg=[0.25, 0.3])
    page.get_by_role("button", name="Remove Privacy zone 2").click()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("No changes")).to_be_visible()
    page.get_by_role("button", name="Remove Privacy zone 1").click()
    expect(page.get_by_text("1 change")).to_be_visible()
    save(page)
    page.wait_for_function(f"(place) => !({IS_GREY})(place)", arg=[0.25, 0.3])
    page.reload()
    page.get_by_role("button", name="Remove Privacy zone 1").click()
    expect(page.locator("[data-zone-place]")).to_have_count(0)
    save(page)


def test_a_crossing_zone_is_refused_by_its_name(administrator: Person) -> None:
    """CAM-5: the server's sentence, at its place; an unfinished one is not saved and not lost."""
    page = open_settings(administrator, "Picture")
    page.get_by_role("button", name="Add privacy zone").click()
    for corner in [(0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.4, 0.1)]:
        page.mouse.click(*on_picture(page, *corner))
    expect(page.get_by_text("Privacy zone 1 must not cross or touch itself")).to_be_visible()
    expect(vertices(page)).to_have_text("3/16")
    page.keyboard.press("Escape")
    expect(page.locator("[data-zone-place]")).to_have_count(0)


def test_the_picture_is_turned_with_what_is_drawn_on_it(administrator: Person, album) -> None:
    """CAM-4: seen before it is saved; afterwards polygons lie on what they showed, and the picture is upright again."""
    page = open_settings(administrator, "Picture", "Ramp")
    size = page.locator("[data-fact=size]")
    expect(size).to_have_text(re.compile(" × "))
    width, height = size.inner_text().split(" × ")
    add_zone(page, "Add privacy zone", [(0.005, 0.005), (0.3, 0.005), (0.3, 0.4), (0.005, 0.4)])
    save(page)
    page.wait_for_function(IS_GREY, arg=[0.15, 0.2])

    page.get_by_label("90° clockwise").check(force=True)
    expect(page.locator("live-overlay")).to_have_attribute("data-turn", "90")
    expect(page.get_by_text("This is the picture as it will be turned.")).to_be_visible()
    expect(page.get_by_role("button", name="Add privacy zone")).to_be_disabled()
    album(administrator, "turn-dark")
    save(page)
    expect(size).to_have_text(f"{height} × {width}")
    expect(page.locator("live-overlay")).to_have_attribute("data-turn", "0")
    page.wait_for_function(IS_GREY, arg=[0.8, 0.15])
    page.get_by_text("Vertices as numbers").click()
    page.get_by_role("button", name="Privacy zone 1 4 vertices").click()
    expect(page.get_by_label("x of vertex 1")).to_have_value("100.00")
    album(administrator, "turned-dark")

    page.get_by_label("0°", exact=True).check(force=True)
    save(page)
    expect(size).to_have_text(f"{width} × {height}")
    page.get_by_role("link", name="Versions", exact=True).click()
    expect(page.get_by_text("Picture turned by 90 degrees")).to_be_visible()


def test_two_people_change_one_picture(person: MAKE_PERSON, administrator: Person) -> None:
    """API-2: who comes second is told, sees theirs below, and keeps what was drawn."""
    page = open_settings(administrator, "Picture")
    theirs = open_settings(person("administrator"), "Picture")
    add_zone(theirs, "Add privacy zone", [(0.7, 0.1), (0.9, 0.1), (0.9, 0.3)])
    save(theirs)

    page.get_by_label("180°").check(force=True)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Somebody else has turned this picture")).to_be_visible()
    page.get_by_role("button", name="Show theirs").click()
    expect(page.locator("[data-zone-place]")).to_have_count(1)
    expect(page.get_by_label("180°")).to_be_checked()
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("live-overlay")).to_have_attribute("data-turn", "0")
    page.get_by_role("button", name="Remove Privacy zone 1").click()
    save(page)
    administrator.complaints[:] = [one for one in administrator.complaints if "409" not in one]


def test_who_stands_in_an_ignore_zone_does_not_count(administrator: Person, album) -> None:
    """OCC-35: the count follows while it is drawn, by kind of object; saved, it is the worker's."""
    page = open_settings(administrator, "Occupancy")
    count = chip(page, 1).locator("[data-field=count]")
    expect(count).to_have_text("1")
    add_zone(page, "Add ignore zone", WHOLE)
    expect(count).to_have_text("0")
    page.get_by_label("every kind of object").uncheck()
    expect(page.get_by_text("Ignored objects must be")).to_be_visible()
    page.get_by_role("group", name="Ignored objects").get_by_label("Vehicle").check()
    expect(count).to_have_text("1")
    page.get_by_role("group", name="Ignored objects").get_by_label("Human").check()
    expect(count).to_have_text("0")
    album(administrator, "ignore-dark")
    save(page)

    page.reload()
    expect(page.locator("[data-zone-place]")).to_have_count(1)
    page.locator("[data-action=choose-zone]").click()
    expect(page.get_by_role("group", name="Ignored objects").get_by_label("Human")).to_be_checked()
    page.get_by_role("link", name="Live", exact=True).click()
    expect(page.locator("area-card[data-area='1'] [data-field=count]")).to_have_text("0")
    page.get_by_role("link", name="Occupancy", exact=True).click()
    page.get_by_role("button", name="Remove Ignore zone 1").click()
    save(page)


def test_areas_and_zones_are_undone_in_one_row(administrator: Person) -> None:
    """UI 3: one history for all that is drawn; a removed zone comes back with its kinds."""
    page = open_settings(administrator, "Occupancy")
    add_zone(page, "Add ignore zone", [(0.1, 0.1), (0.2, 0.1), (0.2, 0.2)])
    page.get_by_label("every kind of object").uncheck()
    page.get_by_role("group", name="Ignored objects").get_by_label("Bicycle").check()
    chip(page, 2).click()
    draw(page, BESIDE_THE_TABLE)
    page.get_by_role("button", name="Remove Ignore zone 1").click()
    expect(page.locator("[data-zone-place]")).to_have_count(0)

    page.keyboard.press("Control+z")
    expect(page.get_by_role("group", name="Ignored objects").get_by_label("Bicycle")).to_be_checked()
    page.keyboard.press("Control+z")
    expect(chip(page, 2)).to_contain_text("not drawn")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-zone-place]")).to_have_count(0)
    expect(page.get_by_text("No changes")).to_be_visible()


@pytest.mark.parametrize(
    ("tab", "script", "field", "value"),
    [
        pytest.param("settings/basic", "settings-form", "#f-areas-0-count_threshold", "7", id="basic"),
        pytest.param("settings/http", "settings-form", "#f-http-destinations-0-address", "10.1.2.3", id="http"),
    ],
)
def test_what_is_typed_before_the_scripts_are_there_is_kept(
    administrator: Person, tab: str, script: str, field: str, value: str
) -> None:
    """UI 1: a slow line costs nobody a keystroke; it counts as a change."""
    page = open_settings(administrator, "Occupancy", "Ramp")
    arrived = threading.Event()

    def hold(route: Route) -> None:
        page.locator(field).fill(value)
        arrived.set()
        route.continue_()

    base = page.url.rsplit("/settings/", 1)[0].removeprefix(administrator.address)
    page.route(re.compile(rf"/{script}\.\w*\.?js"), hold)
    administrator.go(f"{base}/{tab}/")

    expect(page.get_by_text("1 change")).to_be_visible()
    assert arrived.is_set()
    expect(page.locator(field)).to_have_value(value)
    page.get_by_role("button", name="Discard").click()
    expect(page.locator(field)).not_to_have_value(value)


def test_times_typed_before_the_script_of_the_schedule_is_there_are_kept(administrator: Person) -> None:
    """UI 1, EXT-4: the same for a schedule; what is typed is checked as ever."""
    page = open_settings(administrator, "Schedule", "Ramp")
    page.get_by_label("Always on").uncheck()
    page.locator("#week-sun").fill("08:00-18:00")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("No changes")).to_be_visible()

    def hold(route: Route) -> None:
        page.locator("#week-mon").fill("8-18")
        route.continue_()

    page.route(re.compile(r"/schedule-form\.\w*\.?js"), hold)
    page.reload()
    expect(page.get_by_text("Times look like")).to_be_visible()
    expect(page.locator("#week-mon")).to_have_value("8-18")
    expect(page.locator("#week-sun")).to_have_value("08:00-18:00")
    page.get_by_role("button", name="Discard").click()
    page.get_by_label("Always on").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("No changes")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "how"),
    [
        pytest.param("light", {"theme": "light"}, id="light"),
        pytest.param("phone", PHONE, id="phone"),
    ],
)
def test_the_page_fits_its_screen_and_an_operator_only_looks(name: str, how: dict, person: MAKE_PERSON, album) -> None:
    """RUN-7, SEC-1: nothing is wider than the screen; no Save for an operator."""
    operator = person("operator", **how)
    page = open_settings(operator, "Picture")

    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="Add privacy zone")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    album(operator, f"picture-{name}")
