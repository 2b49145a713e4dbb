"""The clip of an alarm in a browser: it comes by itself, plays, steps, and shows boxes or none (OPR-3)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.analytics.workers.cluster import wait_for
from tests.e2e.conftest import PHONE, Person
from tests.e2e.everybody import findings
from tests.e2e.stack import LIMIT_S, Stack

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_PERSON = Callable[..., Person]
# A clip of 26 pictures, each brighter than the one before, whose one box stands further to the right.
MADE = """
import uuid
from datetime import timedelta
from django.utils import timezone
import numpy as np
from analytics.models import Alarm
from analytics.news import ClipNews
from analytics.services.clip import clip_store
from analytics.workers.clipfilm import Discretion, Film
from analytics.workers.clipring import Picture
from cameras.capture.frame import Frame
from cameras.models import Camera
camera, clip, start = Camera.objects.get(name="Ramp"), uuid.uuid4(), timezone.now() - timedelta(minutes=5)
began = start.timestamp() - 2
film = Film(str(clip), Discretion())
for number in range(26):
    image = np.full((270, 320), 128, np.uint8)
    image[:180] = 30 + number * 6
    area = {{"number": 1, "name": "Clip", "count": number, "threshold": 10, "status": True, "alarm": number >= 10,
        "polygon": [[0.05, 0.05], [0.95, 0.05], [0.95, 0.95], [0.05, 0.95]]}}
    x = 0.02 + number * 0.03
    box = {{"id": 1, "kind": "human", "box": [x, 0.4, x + 0.1, 0.8], "role": "alarm", "point": [x + 0.05, 0.8],
        "below": False, "score": 60, "head": None}}
    seen = {{"areas": [area], "boxes": [box]}}
    film.add(Picture(Frame(number, number * 200, began + number * 0.2, image), (lambda seen=seen: seen,)))
part = film.part(whole=True)
files = clip_store(news=ClipNews(str(clip), began, True), files={{"clip": part.mp4, "scenes": part.scenes}})
Alarm.objects.create(
    id=uuid.uuid4(), site=camera.site, camera=camera, camera_name=camera.name, area_number=1, area_name="{name}",
    count=10, threshold=10, started_at=start, ended_at=timezone.now(), end_reason="count", recording=clip,
    clip_whole=True, **files)
"""
RED = """
([x, y]) => {
  const canvas = document.querySelector("clip-player canvas");
  const [red, green, blue] = canvas.getContext("2d").getImageData(x * canvas.width, y * canvas.height, 1, 1).data;
  return { red: red > 200 && green < 120, luma: Math.round((red + green + blue) / 3) };
}
"""

expect.set_options(timeout=LIMIT_S * 1000)


def picture_number(page: Page) -> int:
    """Which picture the canvas shows, by its brightness in a corner without anything drawn on it."""
    luma = page.evaluate(RED, [0.01, 0.99])["luma"]
    return round(((luma * 219 / 255 + 16) - 30) / 6)


def watch(page: Page) -> None:
    """To the end."""
    wait_for("the end of the clip", lambda: page.locator("clip-player video").evaluate("video => video.ended"))


def box_of(number: int) -> list[float]:
    """A place on the left edge of the box of that picture."""
    return [0.02 + number * 0.03, 0.6]


def test_a_clip_is_stepped_through_with_its_boxes(person: MAKE_PERSON, stack: Stack, album) -> None:
    """OPR-3: by keys alone; the first look is at the start of the alarm; a box lies on the picture that it is of, in
    every step; without boxes the picture is clean."""
    stack.manage("shell", "-c", MADE.format(name="Clip A"))
    operator = person("operator")
    operator.go("/alarms/?q=Clip+A")
    page, keys = operator.page, operator.page.keyboard
    time, words = page.locator("[data-field=time]"), page.locator("[data-field=words]")
    expect(page.locator("clip-player")).to_be_visible()

    keys.press(".")
    expect(time).to_have_text("+0.0 s")
    expect(words).to_have_text("Clip 10/10")
    for step, told in ((".", "+0.2 s"), (".", "+0.4 s"), (",", "+0.2 s"), (",", "+0.0 s"), (",", "−0.2 s")):
        keys.press(step)
        expect(time).to_have_text(told)
        number = picture_number(page)
        expect(words).to_have_text(f"Clip {number}/10")
        assert page.evaluate(RED, box_of(number))["red"]
        assert not page.evaluate(RED, box_of(number + 1))["red"]
    album(operator, "clip-stepped")

    keys.press("b")
    expect(page.locator("[data-action=boxes]")).to_have_attribute("aria-pressed", "false")
    wait_for("a clean picture", lambda: not page.evaluate(RED, box_of(9))["red"])
    assert findings(operator) == []


def test_a_clip_plays_to_its_end_and_again(person: MAKE_PERSON, stack: Stack) -> None:
    """OPR-3: p plays and pauses, the speed is chosen, the slider jumps; afterwards the picture is back."""
    stack.manage("shell", "-c", MADE.format(name="Clip B"))
    operator = person("operator")
    operator.go("/alarms/?q=Clip+B")
    page = operator.page
    play = page.locator("[data-clip=play]")
    page.get_by_label("Speed").select_option("2")
    page.keyboard.press("p")
    expect(play).to_contain_text("Pause")
    expect(page.locator("[data-part=stage]")).to_be_visible()
    watch(page)
    assert page.locator("clip-player video").evaluate("video => video.playbackRate") == 2
    expect(page.locator("[data-field=time]")).to_have_text("+3.0 s")
    expect(play).to_contain_text("Play")
    assert picture_number(page) == 25

    page.get_by_label("Time in the clip, from the start of the alarm").fill("1")
    expect(page.locator("[data-field=time]")).to_have_text("−1.0 s")
    assert picture_number(page) == 5
    page.keyboard.press("p")
    expect(play).to_contain_text("Pause")
    page.keyboard.press("p")
    expect(play).to_contain_text("Play")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the clip").click()
    assert saved.value.suggested_filename.endswith(".mp4")
    page.get_by_role("button", name="Back to the picture").click()
    expect(page.locator("[data-part=stage]")).to_be_hidden()
    expect(page.locator(".snapshot")).to_be_visible()


def test_the_clip_of_a_running_camera_comes_by_itself(person: MAKE_PERSON, album) -> None:
    """OPR-3: the panel of an alarm that has just begun says that its clip is being recorded, and has it when it is
    over, without a reload; also on a phone."""
    operator = person("operator", theme="light", **PHONE)
    page = operator.page
    operator.go("/alarms/?q=Table&state=active")
    page.locator(".alarm-row a").first.click()
    expect(page.locator("#alarm-clip")).to_have_attribute("data-clip-state", "kept")

    page.locator("[data-clip=play]").click()
    watch(page)
    expect(page.locator("[data-field=words]")).to_contain_text("Table ")
    duration = page.locator("clip-player video").evaluate("video => video.duration")
    assert 5 <= duration <= 21
    album(operator, "clip-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert findings(operator) == []
