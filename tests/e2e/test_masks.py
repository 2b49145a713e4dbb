"""Faces, their alarms and the people over time, seen in a real browser on a real clip (SPEC 5; EXT-3)."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, Person
from tests.e2e.stack import LIMIT_S, Stack
from tests.e2e.test_portal import FRAME, open_camera, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]
DESK = """
from cameras.models import Site
from cameras.services.camera import camera_create
from cameras.services.extension import extension_install
camera = camera_create(site=Site.objects.get(), name="Desk", url="clip:faces-plain.mp4", fps=5, settings={})
extension_install(camera=camera, settings={}, kind="nonmask")
"""

expect.set_options(timeout=LIMIT_S * 1000)


@pytest.fixture(scope="module")
def desk(stack: Stack) -> str:
    """A camera with both extensions: two people, then one, nobody with a mask."""
    stack.manage("shell", "-c", DESK)
    return "Desk"


def test_faces_and_objects_are_of_one_frame_and_the_vote_ends_in_an_alarm(
    person: MAKE_PERSON, desk: str, album
) -> None:
    """MASK-2, MASK-4, MASK-8, EXT-3: what the canvas shows stands as text beside it."""
    operator = person("operator")
    open_camera(operator, desk)
    masks = operator.page.get_by_role("region", name="Masks")

    wait_for(operator, f"{FRAME}.faces.length > 0 && {FRAME}.areas.length > 0 && {FRAME}.mask !== null")
    expect(masks.locator("[data-field=no_mask]").first).to_have_text("2")
    expect(masks.locator("[data-field=mask]").first).to_have_text("0")
    expect(masks.locator(".face").first).to_contain_text("No mask")
    expect(masks.locator(".face[data-alarm]").first).to_contain_text("decided: no mask")
    expect(masks.get_by_text("is not known: this network does not tell")).to_be_visible()
    operator.page.keyboard.press("s")
    operator.page.keyboard.press("m")
    expect(operator.page.locator("[data-measured=no_mask] [data-field=high]")).not_to_have_text("–")
    album(operator, "masks-dark")


def test_the_alarm_is_in_the_list_with_its_face(person: MAKE_PERSON, desk: str, album) -> None:
    """MASK-7: same list, with the picture of the moment; on a phone, too."""
    operator = person("operator", theme="light", **PHONE)
    operator.go("/alarms/?extension=nonmask")
    operator.page.locator(".alarm-row__link", has_text="Non-mask").first.click()
    panel = operator.page.locator("[data-alarm-panel]")

    expect(panel).to_contain_text("without mask")
    expect(panel).to_contain_text("No mask worn")
    expect(panel.locator("alarm-snapshot[data-state=shown][data-extension=nonmask]")).to_be_visible()
    album(operator, "mask-alarm-phone")


def test_who_was_seen_is_counted(person: MAKE_PERSON, desk: str, album) -> None:
    """MASK-9: without a mask, and none folded away."""
    operator = person("operator")
    open_camera(operator, desk)
    operator.page.get_by_role("link", name="Masks", exact=True).click()
    seen = operator.page.locator(".figure", has_text="People seen").locator(".figure__value")
    end = time.monotonic() + LIMIT_S
    while seen.inner_text() in ("–", "0"):  # a minute is written when it is over
        assert time.monotonic() < end, "nobody was counted"
        operator.page.wait_for_timeout(500)
        operator.page.reload()

    assert operator.page.locator(".mask-bar[data-verdict=no_mask]").count() > 0
    album(operator, "masks-over-time")
