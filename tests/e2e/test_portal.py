"""The product's main job, seen in a real browser on a real clip, with every process real (DEMO-7, OPR-1, OPR-2)."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from analytics.workers.pictures import JpegEncoder
from cameras.capture.clip import ClipReader
from tests.e2e.conftest import PHONE, Person
from tests.e2e.stack import LIMIT_S

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]
FRAME = "document.querySelector('live-overlay').frame"
PIXELS = "document.querySelector('live-overlay canvas').toDataURL('image/jpeg', 0.5)"

expect.set_options(timeout=LIMIT_S * 1000)


def open_camera(person: Person, name: str) -> None:
    person.go("/cameras/")
    person.page.get_by_role("link", name=name).click()
    expect(person.page.locator("live-overlay canvas")).to_be_visible()
    wait_for(person, f"!!{FRAME}")


def wait_for(person: Person, true: str) -> None:
    """Ask the page until it says yes. (Playwright's own waiting asks by `eval`, which the page's policy refuses.)"""
    end = time.monotonic() + LIMIT_S
    while not person.page.evaluate(true):
        assert time.monotonic() < end, f"never true: {true}"
        person.page.wait_for_timeout(50)


def test_boxes_and_counts_move_and_an_alarm_comes_and_goes(person: MAKE_PERSON, album) -> None:
    """DEMO-1, DEMO-2, DEMO-3: picture and boxes of one frame, Count, Time, Alarm!; seen without a reload."""
    operator = person("operator")
    open_camera(operator, "Meeting table")
    card = operator.page.locator("area-card[data-area='1']")

    wait_for(operator, f"{FRAME}.boxes.some((box) => box.role !== 'none')")
    first = operator.page.evaluate(f"({{frame: {FRAME}.frame, box: {FRAME}.boxes[0].box, pixels: {PIXELS}}})")
    wait_for(operator, f"{FRAME}.boxes.length && {FRAME}.boxes[0].box.join() !== '{','.join(map(str, first['box']))}'")
    assert operator.page.evaluate(f"{FRAME}.frame") > first["frame"]
    assert operator.page.evaluate(PIXELS) != first["pixels"]

    expect(card.get_by_text("Alarm!")).to_be_visible()
    expect(card.locator("[data-field=count]")).to_have_text("1")
    assert operator.page.evaluate(f"{FRAME}.boxes.some((box) => box.role === 'alarm')")
    album(operator, "camera-alarm-dark")
    expect(card.get_by_text("Alarm!")).to_be_hidden()
    expect(card.locator("[data-field=count]")).to_have_text("0")


def test_scores_thresholds_and_measuring_work_in_this_browser_alone(person: MAKE_PERSON) -> None:
    """DEMO-4: a raised slider makes boxes hollow at once; measuring needs the scores."""
    operator = person("operator")
    open_camera(operator, "Meeting table")
    page = operator.page
    wait_for(operator, f"{FRAME}.boxes.some((box) => !box.below)")

    expect(page.get_by_label("Measure score")).to_be_disabled()
    page.keyboard.press("s")
    expect(page.get_by_label("Display score")).to_be_checked()
    page.keyboard.press("m")
    expect(page.locator("[data-measured=body] [data-field=high]")).to_have_text(re.compile(r"\d+"))

    page.locator("input[name=body]").fill("99")
    expect(page.get_by_text("saved: 25")).to_be_visible()
    expect(page.locator("area-card [data-field=preview]")).to_have_text("0 with these sliders")
    expect(page.locator("[data-measured=body] [data-field=high]")).to_have_text(re.compile(r"\d+"))
    page.get_by_role("button", name="Back to the saved ones").click()
    expect(page.locator("area-card [data-field=preview]")).to_be_hidden()

    page.keyboard.press("s")
    expect(page.get_by_label("Measure score")).to_be_disabled()
    expect(page.get_by_label("Measure score")).not_to_be_checked()


def test_an_alarm_appears_by_itself_and_the_first_acknowledger_is_seen_by_all(person: MAKE_PERSON, album) -> None:
    """OPR-1, OPR-2, OPR-3: row, picture, key `a`; the colleague sees who it was without doing anything."""
    operator, colleague = person("operator"), person("colleague")
    operator.go("/alarms/")
    colleague.go("/alarms/?state=active")
    row = operator.page.locator("[data-alarm][data-state=active]").first
    expect(row).to_contain_text("Table")
    alarm = row.get_attribute("data-alarm")
    row.get_by_role("link").click()
    expect(operator.page.locator(f"[data-alarm-panel='{alarm}'] alarm-snapshot[data-state=shown]")).to_be_visible()
    expect(operator.page).to_have_title(re.compile(r"^\(1\) Alarms"))

    operator.page.keyboard.press("a")

    expect(operator.page.locator("#alarm-facts")).to_contain_text("Acknowledged by operator")
    expect(colleague.page.locator(f"[data-alarm='{alarm}']")).to_contain_text("operator")
    album(operator, "alarms-dark")
    expect(operator.page.locator(f"[data-alarm='{alarm}'][data-state=ended]")).to_be_visible()


def test_a_page_that_was_cut_off_says_so_and_catches_up(person: MAKE_PERSON) -> None:
    """OPR-5: offline since …; what happened meanwhile is there afterwards, once."""
    operator, colleague = person("operator"), person("colleague")
    operator.go("/alarms/?acknowledged=false")
    colleague.go("/alarms/?acknowledged=false")
    row = colleague.page.locator("[data-alarm][data-unread]").first
    expect(row).to_be_visible()
    alarm = row.get_attribute("data-alarm")
    expect(operator.page.locator(f"[data-alarm='{alarm}']")).to_have_count(1)

    operator.page.context.set_offline(True)
    expect(operator.page.locator("connection-state")).to_contain_text("Offline since")
    row.get_by_role("link").click()
    expect(colleague.page.locator(f"[data-alarm-panel='{alarm}']")).to_be_visible()
    colleague.page.keyboard.press("a")
    expect(colleague.page.locator("#alarm-facts")).to_contain_text("Acknowledged by colleague")
    operator.complaints.clear()  # requests that failed while it was cut off are no fault of the page
    operator.page.context.set_offline(False)

    expect(operator.page.locator("connection-state")).to_have_text("Live")
    expect(operator.page.locator(f"[data-alarm='{alarm}'][data-unread]")).to_have_count(0)
    cut_off = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    operator.complaints[:] = [one for one in operator.complaints if not any(word in one for word in cut_off)]


def test_the_overview_is_live_and_leads_on(person: MAKE_PERSON) -> None:
    """DASH-1: both cameras online, the area by its name, the simulated one marked; a click leads to the picture."""
    operator = person("operator")
    page = operator.page

    expect(page.locator("[data-figure=online] [data-field=value]")).to_have_text("2")
    row = page.locator(".area-row", has_text="Table")
    expect(row.locator("[data-field=count]")).to_have_text(re.compile(r"[01]"))
    expect(page.locator(".area-row", has_text="Ramp").get_by_text("simulated")).to_be_visible()
    row.get_by_role("link").click()

    expect(page.get_by_role("heading", name="Meeting table")).to_be_visible()


@pytest.fixture
def table_picture(tmp_path: Path) -> Path:
    """One person at a table, as a file that somebody might bring."""
    frame = next(iter(ClipReader(settings.MEDIA_CLIPS / "people-one-by-one.mp4", 1)))
    path = tmp_path / "table.jpg"
    path.write_bytes(JpegEncoder().encode(frame))
    return path


def test_networks_are_read_about_and_tried_on_a_picture(person: MAKE_PERSON, album, table_picture: Path) -> None:
    """RUN-6; UI 3: boxes lie on the picture; another network is one press away; garbage is told at its place."""
    administrator = person("administrator")
    page = administrator.page
    page.get_by_role("link", name="Admin").click()
    page.get_by_role("link", name="Networks").click()
    expect(page.locator("[data-network='fastestdet-352']")).to_contain_text("hash verified")
    page.get_by_role("link", name="Test on a picture").click()

    page.get_by_label("Picture", exact=True).set_input_files(table_picture)
    for network in ("person-vehicle-bike-2001-384", "fastestdet-352"):
        page.get_by_label("Network", exact=True).select_option(network)
        page.get_by_role("button", name="Find").click()
        expect(page.locator(".try__facts")).to_contain_text(network)
        expect(page.get_by_role("heading", name="1 × human")).to_be_visible()
        expect(page.locator("[data-kind=human]:not([data-below]) rect")).to_have_count(1)
    assert page.locator(".seen__boxes").bounding_box() == page.locator(".seen__picture").bounding_box()
    album(administrator, "network-test-dark")

    table_picture.write_bytes(b"no picture")
    page.get_by_label("Picture", exact=True).set_input_files(table_picture)
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("This is neither a JPEG nor a PNG file.")).to_be_visible()
    expect(page.locator(".seen")).to_have_count(0)
    administrator.complaints[:] = [one for one in administrator.complaints if "422" not in one]


def test_the_frame_works_by_keyboard_and_keeps_its_choices(person: MAKE_PERSON) -> None:
    """RUN-7: skip link, theme, folded menu, account menu, signing out."""
    operator = person("operator")
    page = operator.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()

    page.get_by_role("button", name="Light theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.locator("[data-action=fold]").click()
    page.go_back()
    page.go_forward()
    expect(page.locator("html")).to_have_attribute("data-rail", "narrow")

    page.get_by_label("Account").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    page.get_by_label("Account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("/sign-in/"))


@pytest.mark.parametrize(
    ("name", "how"),
    [
        pytest.param("dark", {}, id="dark"),
        pytest.param("light", {"theme": "light"}, id="light"),
        pytest.param("phone", PHONE, id="phone"),
        pytest.param("phone-light", {**PHONE, "theme": "light"}, id="phone-light"),
    ],
)
def test_every_page_in_every_dress_fits_its_screen(name: str, how: dict, person: MAKE_PERSON, album) -> None:
    """RUN-7: dark and light, desk and phone: nothing is wider than the screen, nothing complains."""
    somebody = person("operator", **how)

    for page in ("overview", "alarms", "cameras", "deliveries", "networks", "health", "camera"):
        if page == "camera":
            open_camera(somebody, "Meeting table")
        else:
            somebody.go("/" if page == "overview" else f"/{page}/")
            expect(somebody.page.locator("connection-state")).to_have_text("Live")
        album(somebody, f"{page}-{name}")
        assert somebody.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page
