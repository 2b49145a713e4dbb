"""A camera set up in a real browser: areas drawn by mouse and by keyboard, saved, applied; a schedule painted."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import PHONE, Person
from tests.e2e.stack import LIMIT_S

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]
BESIDE_THE_TABLE = [(0.45, 0.2), (0.85, 0.2), (0.85, 0.95), (0.45, 0.95)]  # where people stand in the clip

expect.set_options(timeout=LIMIT_S * 1000)


@pytest.fixture
def administrator(person: MAKE_PERSON) -> Iterator[Person]:
    """At the first camera. What was refused on purpose is no fault of the page."""
    somebody = person("administrator")
    yield somebody
    somebody.complaints[:] = [one for one in somebody.complaints if not re.search("40[39]|422", one)]


def open_settings(person: Person, tab: str, name: str = "Meeting table") -> Page:
    person.go("/cameras/")
    person.page.get_by_role("link", name=name, exact=True).click()
    for link in tab.split(" > "):
        person.page.get_by_role("link", name=link, exact=True).click()
    person.page.wait_for_load_state("load")  # the scripts are there
    expect(person.page.locator("connection-state")).to_have_text("Live")
    return person.page


def on_picture(page: Page, x: float, y: float) -> tuple[float, float]:
    box = page.locator("area-editor").bounding_box()
    assert box
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def chip(page: Page, number: int) -> Locator:
    return page.locator(f"[data-area-chip='{number - 1}']")


def vertices(page: Page) -> Locator:
    return page.locator("[data-field=number]")


def draw(page: Page, corners: list[tuple[float, float]]) -> None:
    page.get_by_role("button", name="Draw", exact=True).click()
    for corner in corners:
        page.mouse.click(*on_picture(page, *corner))
    page.mouse.click(*on_picture(page, *corners[0]))


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-part=outcome]")).to_have_text(re.compile(r"applied \d"))


def test_an_area_is_drawn_changed_refused_counted_saved_and_applied(administrator: Person, album) -> None:
    """OCC-2, EXT-7, UI 3: mouse, edit without deleting, undo, a crossing refused, the live count, applied."""
    page = open_settings(administrator, "Occupancy")
    chip(page, 2).click()
    draw(page, BESIDE_THE_TABLE)
    expect(vertices(page)).to_have_text("4/16")
    expect(chip(page, 2).locator("[data-field=count]")).to_have_text("1")  # somebody comes; it is not saved yet
    expect(chip(page, 2).locator("[data-field=count]")).to_have_text("0")

    page.mouse.dblclick(*on_picture(page, 0.65, 0.2))
    expect(vertices(page)).to_have_text("5/16")
    page.keyboard.press("Control+z")
    expect(vertices(page)).to_have_text("4/16")

    page.mouse.move(*on_picture(page, 0.45, 0.2))
    page.mouse.down()
    page.mouse.move(*on_picture(page, 0.95, 0.5), steps=4)
    expect(page.get_by_text("must not cross or touch itself")).to_be_visible()
    album(administrator, "editor-refused")
    page.mouse.up()
    page.get_by_text("Vertices as numbers").click()
    expect(page.get_by_label("x of vertex 1")).to_have_value("45.00")

    page.locator("#f-areas-1-name").fill("Beside the table")
    save(page)

    expect(page.get_by_text("No changes")).to_be_visible()
    page.reload()
    expect(chip(page, 2)).to_contain_text("Beside the table")
    page.get_by_role("link", name="Live", exact=True).click()
    expect(page.locator("area-card[data-area='2']")).to_contain_text("Beside the table")


def test_an_area_is_drawn_by_keyboard_alone(administrator: Person) -> None:
    """OCC-2, UI 3: draw, walk, move, remove, undo without a pointer; the numbers take an exact place."""
    page = open_settings(administrator, "Occupancy", "Ramp")
    chip(page, 2).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Draw", exact=True).focus()
    page.keyboard.press("Enter")
    for keys in ("", "Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowLeft"):
        if keys:
            page.keyboard.press(keys)
        page.keyboard.press("Enter")
    page.keyboard.press("c")
    expect(vertices(page)).to_have_text("4/16")
    expect(chip(page, 2)).to_contain_text("On")

    page.keyboard.press("Tab")
    expect(page.get_by_label("Vertex 1 of 4")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Vertex 2 of 4 at 70.2 %, 50.0 %")).to_be_focused()
    page.keyboard.press("Delete")
    expect(vertices(page)).to_have_text("3/16")
    page.keyboard.press("Delete")
    expect(page.get_by_text("must have 3 to 16 vertices")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(vertices(page)).to_have_text("4/16")

    page.get_by_text("Vertices as numbers").click()
    place = page.get_by_label("x of vertex 3")
    place.fill("101")
    place.press("Enter")
    expect(page.get_by_text("between 0 and 100 %")).to_be_visible()
    expect(place).to_have_value("101")
    place.fill("72,5")
    place.press("Tab")
    save(page)
    page.reload()
    chip(page, 2).click()
    page.get_by_text("Vertices as numbers").click()
    expect(page.get_by_label("x of vertex 3")).to_have_value("72.50")


def test_area_3_waits_for_area_2_and_a_mistake_is_told_at_its_field(administrator: Person) -> None:
    """OCC-2, OCC-5, OCC-7: in the server's words, while it is typed; Discard brings everything back."""
    page = open_settings(administrator, "Occupancy", "Ramp")
    chip(page, 4).click()
    page.get_by_role("button", name="Draw", exact=True).click()
    expect(page.get_by_text("Area 4 needs a polygon in area 3.")).to_be_visible()

    chip(page, 1).click()
    page.locator("#f-areas-0-count_threshold").fill("41")
    expect(page.get_by_text("Count threshold must be 1 to 40, not 41.")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#f-areas-0-count_threshold")).to_be_focused()
    page.locator("#f-areas-0-time_s").fill("0.1")
    expect(page.locator("[data-area-panel='0'] [data-part=short]")).to_be_visible()
    page.get_by_role("button", name="Discard").click()

    expect(page.locator("#f-areas-0-count_threshold")).to_have_value("5")
    expect(page.get_by_text("Count threshold must be")).to_be_hidden()


def test_a_colleague_who_was_quicker_costs_nobody_what_was_typed(person: MAKE_PERSON, administrator: Person) -> None:
    """API-2: refused with who it was; theirs below, mine on top, saved with the second press. SPEC 4.2: N and L."""
    page = open_settings(administrator, "Occupancy > Detail")
    colleague = person("administrator")
    theirs = open_settings(colleague, "Occupancy > Detail")
    theirs.locator("#f-pause_reset_s").fill("7")
    save(theirs)

    page.locator("#f-reset_percentage").select_option("50")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("administrator changed these settings at")).to_be_visible()
    expect(page.locator("#f-reset_percentage")).to_have_value("50")
    page.get_by_role("button", name="Show theirs").click()
    expect(page.locator("#f-pause_reset_s")).to_have_value("7")
    save(page)

    expect(page.locator("#f-reset_percentage")).to_have_value("50")
    expect(page.locator("[data-part=levels]")).to_contain_text("runs from 1")


def day(page: Page, name: str) -> Locator:
    """The times of a day; once they are changed, its label says so."""
    return page.get_by_role("textbox", name=re.compile(f"^{name}"))


def test_a_schedule_is_painted_over_midnight(administrator: Person, album) -> None:
    """EXT-4, UI 3: one range, that belongs to its day; copied to others, explained by the server, saved, applied."""
    page = open_settings(administrator, "Schedule", "Ramp")
    expect(page.locator("[data-part=days] li")).to_have_count(7)
    page.get_by_label("Always on").uncheck()
    track = page.locator("[data-track=mon]").bounding_box()
    assert track
    y = track["y"] + track["height"] / 2
    page.mouse.move(track["x"] + track["width"] * 22.2 / 30, y)
    page.mouse.down()
    page.mouse.move(track["x"] + track["width"] * 25.7 / 30, y, steps=5)
    page.mouse.up()
    expect(day(page, "Monday")).to_have_value("22:00-02:00")
    expect(page.locator("[data-track=tue] .week__bar--spill")).to_have_count(1)

    day(page, "Tuesday").fill("8-18")
    expect(page.get_by_text("Times look like")).to_be_visible()
    day(page, "Tuesday").fill("08:00-18:00")
    page.get_by_label("Copy Monday to").select_option(label="every day")
    expect(day(page, "Sunday")).to_have_value("22:00-02:00")
    expect(page.locator("[data-part=days] li").first).to_contain_text("00:00–02:00, 22:00–24:00")
    page.get_by_role("button", name="Add a date").click()
    page.get_by_label("Date", exact=True).fill("2030-12-24")
    page.get_by_label("Name of the exception").fill("Christmas Eve")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-part=outcome]")).to_have_text(re.compile("Saved"))
    album(administrator, "schedule-dark")

    page.reload()
    expect(day(page, "Monday")).to_have_value("22:00-02:00")
    expect(page.get_by_label("Name of the exception")).to_have_value("Christmas Eve")
    expect(page.locator("[data-part=now]")).to_have_text(re.compile("until"))


def test_versions_are_compared_and_the_defaults_come_back(administrator: Person, album) -> None:
    """EXT-5, EXT-6: Reset says what happens; the version before it is restored."""
    page = open_settings(administrator, "Occupancy > Detail")
    page.locator("#f-pause_reset_s").fill("11")
    save(page)
    page.get_by_role("button", name="Reset to default").click()
    expect(page.get_by_role("dialog")).to_contain_text("The schedule, privacy and ignore zones")
    page.get_by_role("dialog").get_by_role("button", name="Reset to default").click()
    expect(page.get_by_text("All tabs are back at their defaults.")).to_be_visible()

    page.get_by_role("link", name="Versions", exact=True).click()
    page.get_by_role("link", name="Compare").first.click()
    expect(page.get_by_role("row", name=re.compile("Time to reset during pause 5 11"))).to_be_visible()
    album(administrator, "versions-dark")
    page.get_by_role("button", name="Restore version").click()
    expect(page.get_by_text("is in force again.")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "how"),
    [
        pytest.param("light", {"theme": "light"}, id="light"),
        pytest.param("phone", PHONE, id="phone"),
    ],
)
def test_every_page_of_settings_fits_its_screen_and_an_operator_only_reads(
    name: str, how: dict, person: MAKE_PERSON, album
) -> None:
    """RUN-7, SEC-1: nothing is wider than the screen; no Save for an operator."""
    operator = person("operator", **how)
    page = open_settings(operator, "Occupancy")
    base = page.url.rsplit("/settings/", 1)[0].removeprefix(operator.address)

    for path in ("settings/basic", "settings/http", "settings/mqtt", "settings/detail", "schedule", "versions"):
        operator.go(f"{base}/{path}/")
        expect(page.locator("connection-state")).to_have_text("Live")
        expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
        album(operator, f"{path.replace('/', '-')}-{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
