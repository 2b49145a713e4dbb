"""Pages of the non-mask extension: the live page, people over time, alarms (SPEC 5)."""

import json
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from analytics.models import Alarm
from cameras.models import Camera, Extension, Site
from portal.accounts.models import User
from tests.analytics.test_compliance import NOON, people
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory
from tests.portal.dashboard.test_cameras import attribute

DAY = "2026-05-01"


@pytest.fixture
def camera(site: Site) -> Camera:
    """With non-mask only."""
    return CameraFactory(site=site, name="Gate", occupancy=False, nonmask={"threshold_mask": 40})


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def panel(page: str) -> bool:
    return "<mask-panel" in page


def cards(page: str) -> bool:
    return "<area-card" in page


def test_each_extension_has_its_place_on_the_live_page(site: Site, camera: Camera, colleague: User, signed_in) -> None:
    """EXT-3, MASK-8: both on one page, either alone."""
    both, areas = CameraFactory(site=site, nonmask={}), CameraFactory(site=site)
    client = signed_in(colleague)
    pages = [client.get(f"/cameras/{one.pk}/").content.decode() for one in (camera, both, areas)]

    assert [(panel(page), cards(page)) for page in pages] == [(True, False), (True, True), (False, True)]
    assert [attribute(page, "data-extensions") for page in pages] == ["nonmask", "occupancy,nonmask", "occupancy"]
    assert "data-bare" not in pages[0]


def test_every_limit_of_the_answer_has_its_sentence(camera: Camera, colleague: User, signed_in) -> None:
    """MASK-3, MASK-5, MASK-8: hidden until the worker says so."""
    page = signed_in(colleague).get(f"/cameras/{camera.pk}/").content.decode()
    banners = re.findall(r'data-banner="([\w-]+)" hidden', page)

    assert banners == ["closed", "no-network", "monochrome", "saturated", "crowded", "pose"]


def test_the_scripts_learn_where_faces_are_looked_for(site: Site, colleague: User, signed_in) -> None:
    """MASK-1: a face that is left out has its reason on the picture."""
    area, zone = [[0, 0], [1, 0], [1, 1]], [[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]]
    camera = CameraFactory(site=site, nonmask={"area": area, "ignore_zones": [{"polygon": zone}]})
    pages = [signed_in(colleague).get(f"/cameras/{one.pk}/") for one in (camera, CameraFactory(site=site))]
    reach = [json.loads(attribute(page.content.decode(), "data-reach")) for page in pages]

    assert reach == [{"area": area, "zones": [zone]}, None]


def test_the_sliders_begin_with_the_saved_thresholds(site: Site, camera: Camera, owner: User, signed_in) -> None:
    """DEMO-4, MASK-8."""
    page = signed_in(owner).get(f"/cameras/{camera.pk}/").content.decode()
    saved = json.loads(attribute(page, "data-thresholds"))

    assert (saved["colour"]["mask"], saved["colour"]["no_mask"]) == (40, 25)
    assert re.findall(r'data-slider="(\w+)"', page) == ["no_mask", "mask"]


def test_sliders_of_both_extensions_are_saved_together_or_not_at_all(site: Site, owner: User, signed_in) -> None:
    """DEMO-4: a refused one changes nothing, on the other extension either."""
    camera = CameraFactory(site=site, nonmask={})
    client, url = signed_in(owner), f"/cameras/{camera.pk}/thresholds/"
    refused = client.post(url, {"picture": "colour", "body": 50, "mask": 0})
    before = {one.kind: one.settings for one in Extension.objects.filter(camera=camera)}
    saved = client.post(url, {"picture": "colour", "body": 50, "mask": 60}).json()["thresholds"]["colour"]

    assert refused.status_code == 422
    assert (before["occupancy"]["threshold_human_body"], before["nonmask"]["threshold_mask"]) == (25, 25)
    assert (saved["body"], saved["mask"], saved["no_mask"]) == (50, 60, 25)


@pytest.fixture
def counted(camera: Camera) -> Camera:
    people(camera, NOON, 3, 1)
    people(camera, NOON + timedelta(minutes=59), 1, 0, 2)
    people(camera, NOON + timedelta(hours=2))
    return camera


def test_the_page_shows_the_people_of_a_day_by_the_hour(counted: Camera, colleague: User, signed_in) -> None:
    """MASK-9: those not judged are shown, never folded in; an hour nobody looked at is no zero (CNT-6)."""
    page = signed_in(colleague).get(f"/cameras/{counted.pk}/masks/", {"day": DAY}).content.decode()
    rows = [text_of(row) for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)]

    assert rows[13] == "12:00 7 4 1 2 80 %"
    assert rows[14] == "13:00 unknown: nobody looked"
    assert rows[15] == "14:00 0 0 0 0 –"
    assert len(rows) == 25
    assert "People seen 7 With mask 4 Without 1 Not judged 2 Wear a mask 80 %" in text_of(page)


def test_the_bars_are_stacked_to_everybody_seen(counted: Camera, colleague: User, signed_in) -> None:
    """MASK-9: the top stands for ten; with, without, not judged from the bottom up."""
    page = signed_in(colleague).get(f"/cameras/{counted.pk}/masks/", {"day": DAY}).content.decode()
    bars = re.findall(r'data-verdict="(\w+)" x="12.12" width="0.76" y="(\S+)" height="(\S+)"', page)

    assert bars == [("mask", "60", "40"), ("no_mask", "50", "10"), ("not_judged", "30", "20")]
    assert "style=" not in page


@pytest.mark.parametrize(
    ("period", "days", "rows"),
    [
        ("day", ("2026-05-01", "2026-04-30", "2026-05-02"), 24),
        ("week", ("2026-04-27", "2026-04-20", "2026-05-04"), 7),
        ("month", ("2026-05-01", "2026-04-01", "2026-06-01"), 31),
    ],
)
def test_periods_can_be_walked(counted: Camera, signed_in, period: str, days: tuple[str, str, str], rows: int) -> None:
    """UI 3: filters in the address."""
    viewer, (first, before, after) = MembershipFactory(site=counted.site).user, days
    page = signed_in(viewer).get(f"/cameras/{counted.pk}/masks/", {"day": DAY, "period": period}).content.decode()

    assert page.count('<th scope="row"') == rows
    assert f"day={before}" in page
    assert f"day={after}" in page
    assert f"masks.csv?from={first}" in page


@pytest.mark.parametrize("query", [{}, {"day": "never"}, {"day": "9999-12-31"}, {"day": "0001-01-01"}, {"period": "x"}])
def test_an_address_that_makes_no_sense_shows_a_day_that_does(
    counted: Camera, colleague: User, signed_in, query: dict[str, str]
) -> None:
    """SPEC 15: and nothing later than today can be walked to."""
    page = signed_in(colleague).get(f"/cameras/{counted.pk}/masks/", query)

    assert page.status_code == 200


def test_what_has_not_begun_has_no_line(camera: Camera, colleague: User, signed_in) -> None:
    """CNT-6: the rest of today is not unknown, it is to come."""
    now = timezone.now()
    people(camera, now.replace(second=0, microsecond=0), 1)
    page = signed_in(colleague).get(f"/cameras/{camera.pk}/masks/").content.decode()
    local = now.astimezone(ZoneInfo("Europe/Berlin"))

    assert page.count('<th scope="row"') == local.hour + 1


def test_a_site_shows_its_cameras_together(counted: Camera, colleague: User, signed_in) -> None:
    """MASK-9: those of one site, in its time zone; each leads to its own page."""
    other = CameraFactory(site=counted.site, name="Door", nonmask={})
    people(other, NOON, 0, 5)
    page = signed_in(colleague).get("/counts/masks/", {"day": DAY}).content.decode()

    assert "12:00 12 4 6 2 40 %" in text_of(page)
    assert f'href="/cameras/{other.pk}/masks/?' in page


def test_a_portal_without_non_mask_says_what_to_do(site: Site, colleague: User, signed_in) -> None:
    """UI 1: an empty page has the next step."""
    CameraFactory(site=site)

    assert 'href="/extensions/"' in signed_in(colleague).get("/counts/masks/").content.decode().split("<main")[1]


def test_a_strangers_pages_are_not_there(counted: Camera, stranger: User, signed_in) -> None:
    """SEC-1."""
    client = signed_in(stranger)
    answers = [client.get(path) for path in (f"/cameras/{counted.pk}/masks/", f"/cameras/{counted.pk}/masks.csv")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "Gate" not in client.get("/counts/masks/", {"day": DAY}).content.decode()
    assert client.get("/counts/masks/", {"site": counted.site_id}).status_code == 404


def test_days_that_are_none_are_refused_in_words(counted: Camera, colleague: User, signed_in) -> None:
    """House rule."""
    answer = signed_in(colleague).get(f"/cameras/{counted.pk}/masks.csv", {"from": "never"})

    assert answer.status_code == 422
    assert "“never” is not a day" in answer.content.decode()


@pytest.fixture
def alarm(camera: Camera) -> Alarm:
    facts = {"extension": "nonmask", "area_number": 0, "area_name": "", "threshold": 1, "cause": "no_mask", "count": 2}
    faces = [{"track": 1031, "box": [0.1, 0.1, 0.2, 0.2], "score": 90, "mask": False}]
    overlay = {"faces": faces}
    return AlarmFactory(camera=camera, face=1031, snapshot="alarms/a.jpg", overlay=overlay, **facts)


def test_a_non_mask_alarm_is_called_what_it_is(alarm: Alarm, colleague: User, signed_in) -> None:
    """MASK-7: in the same list, with its picture; neither an area nor a threshold that do not exist."""
    client = signed_in(colleague)
    page = client.get(f"/alarms/{alarm.pk}/").content.decode()
    row = text_of(re.search(r'<li class="alarm-row".*?</li>', page, re.DOTALL)[0])
    facts = text_of(re.search(r'<article class="alarm".*?</article>', page, re.DOTALL)[0])

    assert row.startswith("2 Non-mask")
    assert "2 without mask" in facts
    assert "No mask worn · face 1031" in facts
    assert 'data-face="1031"' in page
    assert 'data-area="0"' not in page


@pytest.mark.parametrize(("reason", "words"), [("mask on", "mask put on"), ("face gone", "face gone")])
def test_it_says_why_it_ended(alarm: Alarm, colleague: User, signed_in, reason: str, words: str) -> None:
    """MASK-7."""
    alarm.ended_at, alarm.end_reason = timezone.now(), reason
    alarm.save()

    assert f"reason: {words}" in text_of(signed_in(colleague).get(f"/alarms/{alarm.pk}/").content.decode())


def test_the_list_can_be_narrowed_to_them(alarm: Alarm, colleague: User, signed_in) -> None:
    """OPR-4: by extension."""
    AlarmFactory(camera=alarm.camera, area_name="Lobby")
    page = signed_in(colleague).get("/alarms/", {"extension": "nonmask"}).content.decode()

    assert f'data-alarm="{alarm.pk}"' in page
    assert "Lobby" not in page
    assert 'value="nonmask" checked' in page


def test_a_test_alarm_of_non_mask_can_be_raised(camera: Camera, owner: User, signed_in) -> None:
    """OUT-9, MASK-7: through the real path, of no face."""
    client = signed_in(owner)
    assert '<option value="nonmask">' in client.get(f"/cameras/{camera.pk}/deliveries/").content.decode()
    client.post(f"/cameras/{camera.pk}/test-alarm/", {"area": "nonmask"})
    alarm = Alarm.objects.get()

    assert (alarm.test, alarm.extension, alarm.cause, alarm.area_number) == (True, "nonmask", "no_mask", 0)
    assert (alarm.face, alarm.area_name, alarm.notified_count, alarm.ended_at is not None) == (None, "", 1, True)
