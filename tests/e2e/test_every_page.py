"""Every page in a real browser, wide and on a phone, dark and light: everybody can use it (UI 1, UI 2, SEC-3)."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.conftest import Person, people, unreplaced
from tests.e2e.everybody import findings
from tests.e2e.stack import LIMIT_S, Stack
from tests.portal.pages import ALARM, JOB, NOTIFICATION, PAGES, TOKEN

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

PUBLIC = {"sign_in", "public_counter"}  # looked at by somebody who is not signed in
SCREENS: dict[str, ViewportSize] = {
    "desk": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
}
MAKE = f"""
import hashlib, io, uuid
from datetime import timedelta
from django.utils import timezone
from PIL import Image
from analytics.models import Alarm, PublicCounter, PublicCounterArea, Shelving
from analytics.services.combined_area import combined_area_create
from analytics.services.floor_plan import Mark, floor_plan_create, floor_plan_mark
from cameras.models import Camera, Job, JobItem, Profile
from cameras.services.camera import camera_create
from cameras.services.extension import extension_install
from notifications.models import Attempt, Notification
from notifications.services.destination import destination_create
from portal.accounts.models import User

camera, user, now = Camera.objects.get(pk=1), User.objects.get(username="administrator"), timezone.now()
site, later = camera.site, now + timedelta(hours=9)
desk = camera_create(site=site, name="Desk", url="clip:faces-plain.mp4", fps=2, settings={{}})
extension_install(camera=desk, settings={{}}, kind="nonmask")

picture = io.BytesIO()
Image.new("RGB", (600, 400), "white").save(picture, "PNG")
combined_area_create(user=user, site=site, settings={{"name": "Together"}}, areas=[(1, 1), (desk.pk, 1)])
plan = floor_plan_create(user=user, site=site, name="Ground floor", file=picture, size=picture.tell())
floor_plan_mark(user=user, plan=plan, marks=[Mark(1, 1, 0.5, 0.5)], version=1)
digest = hashlib.sha256(b"{TOKEN}").hexdigest()
counter = PublicCounter.objects.create(site=site, name="Door", busy_at=4, full_at=5, digest=digest)
PublicCounterArea.objects.create(counter=counter, camera=camera, area_number=1)

Profile.objects.create(site=site, name="Usual", tabs=["detail"], settings={{"csv": True}})
Shelving.objects.create(camera=camera, area_number=4, reason="Cleaning", started_at=now, until=later, ends_at=later)
start = now - timedelta(minutes=9)
facts = {{"area_number": 1, "area_name": "Page table", "count": 2, "threshold": 1, "started_at": start}}
facts |= {{"ended_at": start + timedelta(seconds=2), "end_reason": "count"}}
facts |= {{"acknowledged_at": now, "closed_at": now, "verdict": "false"}}
alarm = Alarm.objects.create(id="{ALARM}", site=site, camera=camera, camera_name=camera.name, **facts)

config = {{"url": "https://192.0.2.1/hook"}}
destination, _ = destination_create(site=site, kind="webhook", name="Operations", config=config, enabled=False)
failed = {{"state": "failed", "reason": "No answer in 5 s.", "queued_at": now, "next_try_at": now, "expires_at": now}}
told = Notification.objects.create(
    id="{NOTIFICATION}", destination=destination, alarm=alarm, event="started", lane="1", record={{}}, **failed
)
Attempt.objects.create(notification=told, at=now, duration_ms=12, outcome="permanent", sent="POST", answer="500")
order = {{"extension": "nonmask", "network": ""}}
job = Job.objects.create(id="{JOB}", kind="install", order=order, made_by=user, ended_at=now)
item = {{"camera": camera, "site": site, "camera_name": camera.name, "made_by": user}}
JobItem.objects.create(job=job, position=0, state="failed", reason="No network.", ended_at=now, **item)
"""
COVERED = """
() => {
  const bar = document.querySelector(".bottombar")?.getBoundingClientRect();
  return [...document.querySelectorAll("save-bar, .onboarding__foot, .outlook__foot")]
    .map((one) => [one.className, one.getBoundingClientRect()])
    .filter(([, { top, bottom }]) => bar?.height && top < bar.top && bottom > bar.top + 0.5)
    .map(([name, { bottom }]) => `${name} is partly under the bar at the foot, ${bottom - bar.top} pixels`);
}
"""
DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"

expect.set_options(timeout=LIMIT_S * 1000)


@pytest.fixture(scope="module")
def visitors(stack: Stack, browser: Browser) -> Iterator[Callable[..., Person]]:
    """`visitors(name, theme)`: an administrator, who sees every page whole; without a name somebody not signed in."""
    stack.manage("shell", "-c", MAKE)
    with people(stack, browser) as make:
        made: dict[tuple[str, str], Person] = {}

        def visitor(name: str, theme: str) -> Person:
            known = name, theme
            return made.get(known) or made.setdefault(known, make(name, theme=theme, reduced_motion="reduce"))

        yield visitor


def looks(person: Person, theme: str) -> list[str]:
    """What is wrong on any screen. axe, which takes longest, sees the dark page on a desk, the light one on a phone."""
    found = []
    for screen, size in SCREENS.items():
        person.page.set_viewport_size(size)
        person.page.evaluate(DRAWN)  # scripts that follow the size have had their turn
        if (screen, theme) in (("desk", "dark"), ("phone", "light")):
            found += [f"{screen}: {one}" for one in findings(person)]
        beside = person.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [f"{screen}: {beside} pixels are beside it"] if beside > 0 else []
        found += [f"{screen}: {one}" for one in person.page.evaluate(COVERED)]
    return found


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(
    ("name", "address"), [pytest.param(name, one, id=one) for name, every in PAGES.items() for one in every]
)
def test_everybody_can_use_the_page(name: str, address: str, theme: str, visitors: Callable[..., Person]) -> None:
    """UI 1: axe-core finds nothing serious, nothing is wider than the screen, nothing fails, the policy is kept."""
    person = visitors("" if name in PUBLIC else "administrator", theme)
    person.page.set_viewport_size(SCREENS["desk"])
    person.go(address)
    person.page.wait_for_load_state("networkidle")

    assert looks(person, theme) == []
    assert urlsplit(person.page.url).path.startswith(urlsplit(address).path), "it leads elsewhere"
    person.look()
    complaints = unreplaced(person.complaints)
    person.complaints.clear()
    assert complaints == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_everybody_can_use_the_page_of_what_is_not_there(theme: str, visitors: Callable[..., Person]) -> None:
    """UI 3: an error has the same quality as the rest."""
    person = visitors("administrator", theme)
    person.go("/nothing-here/")

    assert looks(person, theme) == []
    assert [one for one in person.complaints if "404" not in one] == []
    person.complaints.clear()


def test_a_floor_plan_is_live(visitors: Callable[..., Person]) -> None:
    """DASH-3: the count of an area stands at its place, and on the page of the site, too."""
    person = visitors("administrator", "dark")
    for address in ("/plans/1/", "/sites/1/"):
        person.go(address)
        expect(person.page.locator("[data-mark='1.1'] [data-field=count]")).to_have_text(re.compile(r"^\d+/1$"))
