"""OPR-8: the timeline of an area as a page, and as a block in the panel of an alarm."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from analytics.models import Alarm
from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.analytics.test_timeline import log_write
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory
from tests.notifications.outbox import tell

BEGINS = datetime(2026, 11, 20, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)
UNTIL = {"until": "2026-11-20T13:00", "minutes": "60"}  # Berlin
WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]


@pytest.fixture
def camera(site: Site) -> Camera:
    area = {"number": 1, "name": "Lobby", "polygon": WHOLE, "status": True, "count_threshold": 10, "time_s": 10}
    return CameraFactory(site=site, occupancy={"areas": [area]})


def page(client: Client, camera: Camera, **query: str) -> str:
    answer = client.get(f"/cameras/{camera.pk}/areas/1/timeline/", query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_it_says_why_no_alarm_was_raised(camera: Camera, colleague: User, signed_in) -> None:
    """OPR-8: in a sentence, as a drawing and as a table, by the clock of the site."""
    log_write(camera, {0: 0, 600: 12, 608: 9, 640: 0}, BEGINS, BEGINS + HOUR)

    shown = page(signed_in(colleague), camera, **UNTIL)
    assert "No alarm. The timer came nearest at" in shown
    assert "Timer came to 8.0 of 10 s: no alarm" in shown
    assert "The pause was longer than the time to reset." in shown
    assert "10 or more for 10 s, held down to 8." in shown
    assert re.search(r'class="why-timer why-timer--running" x="16\.\d+%"', shown)
    assert ">12:10</text>" in shown


def test_an_alarm_and_its_deliveries_are_on_it(camera: Camera, colleague: User, signed_in) -> None:
    """OPR-8: with a way to the alarm."""
    log_write(camera, {0: 0, 600: 12, 700: 0}, BEGINS, BEGINS + HOUR)
    alarm = AlarmFactory(
        camera=camera, started_at=BEGINS + timedelta(seconds=610), ended_at=BEGINS + timedelta(seconds=700)
    )
    destination = DestinationFactory(site=camera.site, name="Control room")
    tell(alarm)
    destination.notifications.update(queued_at=BEGINS + timedelta(seconds=611))

    shown = page(signed_in(colleague), camera, **UNTIL)
    assert "1 alarm was going on." in shown
    assert f'<a href="/alarms/{alarm.pk}/"><rect class="why-alarm why-alarm--open"' in shown
    assert "Control room: Alarm started · Waiting" in shown
    assert "why-timer--alarm-running" in shown


def test_hours_that_nobody_counted_are_drawn_as_such(camera: Camera, colleague: User, signed_in) -> None:
    """CNT-6: never as 0."""
    shown = page(signed_in(colleague), camera, **UNTIL)

    assert "Nothing was counted here in this time." in shown
    assert '<rect class="why-unknown" x="0.000%" width="100.000%"' in shown


def test_no_line_of_the_page_styles_itself(camera: Camera, colleague: User, signed_in) -> None:
    """SEC-3: drawn by attributes alone."""
    shown = page(signed_in(colleague), camera, minutes="1440")

    assert "style=" not in shown
    assert "<script>" not in shown


def test_a_time_that_is_none_is_named_and_now_is_shown(camera: Camera, colleague: User, signed_in) -> None:
    """SPEC 15, bad input."""
    answer = signed_in(colleague).get(f"/cameras/{camera.pk}/areas/1/timeline/", {"until": "yesterday"})

    assert answer.status_code == 422
    assert "“yesterday” is no time" in answer.content.decode()


def test_the_counts_of_the_camera_lead_to_it(camera: Camera, colleague: User, signed_in) -> None:
    """OPR-8: one press away."""
    shown = signed_in(colleague).get(f"/cameras/{camera.pk}/counts/").content.decode()

    assert f'href="/cameras/{camera.pk}/areas/1/timeline/"' in shown


def test_others_do_not_see_it(camera: Camera, stranger: User, colleague: User, signed_in) -> None:
    """SEC-1."""
    assert signed_in(stranger).get(f"/cameras/{camera.pk}/areas/1/timeline/").status_code == 404
    assert signed_in(colleague).get(f"/cameras/{camera.pk}/areas/4/timeline/").status_code == 404


def test_the_panel_of_an_alarm_says_why_it_fired(camera: Camera, colleague: User, signed_in) -> None:
    """OPR-8: the time around it, and the way to the whole timeline."""
    log_write(camera, {0: 0, 600: 12, 700: 0}, BEGINS, BEGINS + HOUR)
    alarm = AlarmFactory(
        camera=camera, started_at=BEGINS + timedelta(seconds=610), ended_at=BEGINS + timedelta(seconds=700)
    )
    client = signed_in(colleague)

    panel = client.get(f"/alarms/{alarm.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert f'hx-get="/alarms/{alarm.pk}/why/"' in panel
    block = client.get(f"/alarms/{alarm.pk}/why/").content.decode()
    assert "why-timer--alarm-running" in block
    assert f"/cameras/{camera.pk}/areas/1/timeline/?minutes=60&amp;until=2026-11-20T13:09" in block.replace("%3A", ":")


def test_an_alarm_of_a_host_whose_clock_is_ahead_has_a_timeline_too(camera: Camera, colleague: User, signed_in) -> None:
    """SPEC 15: a clock step breaks no page."""
    alarm = AlarmFactory(camera=camera, started_at=datetime.now(UTC) + HOUR, ended_at=None)

    assert signed_in(colleague).get(f"/alarms/{alarm.pk}/why/").status_code == 200


@pytest.mark.parametrize("facts", [{"test": True}, {"source": Alarm.Source.CAMERA}, {"area_number": 4}])
def test_what_no_timer_raised_has_no_timeline(camera: Camera, colleague: User, signed_in, facts: dict) -> None:
    """OPR-8, OUT-9, OUT-10: a test, an alarm of the camera itself, an area that is gone."""
    alarm = AlarmFactory(camera=camera, **facts)

    answer = signed_in(colleague).get(f"/alarms/{alarm.pk}/why/")
    assert (answer.status_code, answer.content) == (200, b"")
