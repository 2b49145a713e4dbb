"""Cameras are found on the network: searched by a worker, read, added; by keyboard, and on a phone."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, Person
from tests.e2e.stack import LIMIT_S, Stack
from tests.servers.onvif_server import OnvifServer, loopback

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]

expect.set_options(timeout=LIMIT_S * 1000)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A portal that may call cameras on loopback."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOKOUT_ALLOWED_NETWORKS", "127.0.0.0/8")
        with Stack(tmp_path_factory.mktemp("portal")) as stack:
            yield stack


@pytest.fixture(scope="module", autouse=True)
def devices() -> Iterator[tuple[OnvifServer, OnvifServer]]:
    with OnvifServer(loopback(201), sensors=2) as one, OnvifServer(loopback(202), name="Pier", password="0ther") as two:
        yield one, two


def test_devices_are_found_read_and_added_by_keyboard(person: MAKE_PERSON, album) -> None:
    """CAM-3, CAM-10: with progress, reasons told apart, a reload in between; lists group the sensors."""
    somebody = person("administrator")
    page = somebody.page
    somebody.go("/cameras/")
    page.get_by_role("link", name="Find cameras").click()
    page.get_by_label("On a network").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type(f"{loopback(201)}-210")
    page.keyboard.press("Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="2 devices found")).to_be_visible()

    page.get_by_label("User name").fill("root")
    page.get_by_label("Password").fill("s3cret")
    page.get_by_role("button", name="Read streams").press("Enter")
    expect(page.get_by_label("Sensor 2")).to_be_visible()
    expect(page.locator("[data-reason=wrong_password]")).to_contain_text("User name or password is wrong")

    page.get_by_label("Name of the device").fill("Gate")
    page.get_by_label("Site", exact=True).select_option(index=0)
    page.get_by_role("button", name="Add cameras").press("Enter")
    expect(page.locator("[data-added=done]")).to_contain_text("2 cameras added: Gate · 1, Gate · 2")
    expect(page.locator("[data-added=done]")).to_be_in_viewport()
    album(somebody, "discovery-dark")
    somebody.go("/cameras/?q=Gate")
    expect(page.get_by_role("link", name="Gate · 1", exact=True)).to_be_visible()
    expect(page.get_by_text("2 sensors")).to_be_visible()


def test_a_range_that_is_refused_stays_typed_on_a_phone(person: MAKE_PERSON, album) -> None:
    """SEC-4, SPEC 15: the reason at the field, nothing wider than the screen, in the light theme."""
    somebody = person("administrator", theme="light", **PHONE)
    page = somebody.page
    somebody.go("/cameras/find/")
    page.get_by_label("At a range of addresses").check()
    page.get_by_label("Addresses", exact=True).fill("8.8.8.0/24")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#addresses-error")).to_contain_text("public address")
    expect(page.get_by_label("Addresses", exact=True)).to_have_value("8.8.8.0/24")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    album(somebody, "discovery-refused-light-phone")
    somebody.complaints = [one for one in somebody.complaints if "422" not in one]  # a refused form
