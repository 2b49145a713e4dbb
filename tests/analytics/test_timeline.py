"""OPR-8: why an alarm fired, why it did not: one timeline per area."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404

from analytics.engine.alarm.changelog import RunLog
from analytics.engine.alarm.events import Cause, EndReason
from analytics.engine.alarm.packing import pack
from analytics.models import ChangeLog, Shelving
from analytics.timeline import Timeline, area_timeline
from cameras.models import Camera, SettingsVersion, Site
from notifications.models import Notification
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory
from tests.notifications.outbox import tell

BEGINS = datetime(2026, 11, 20, 11, tzinfo=UTC)
WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]
HOUR = timedelta(hours=1)


def log_write(camera: Camera, counts: dict[float, int | None], begin: datetime, end: datetime) -> None:
    """The change log of area 1: seconds after `begin` -> count; one owner, who never looked away."""
    begin_ms, log = round(begin.timestamp() * 1000), RunLog(1, 1 << 40)
    for second, count in sorted(counts.items()):
        log.frame(begin_ms + round(second * 1000), count)
    rows = [
        ChangeLog(
            camera=camera,
            area_number=1,
            hour=datetime.fromtimestamp(segment.hour_ms / 1000, UTC),
            data=pack([segment]),
        )
        for segment in log.take(round(end.timestamp() * 1000))
    ]
    ChangeLog.objects.bulk_create(rows)


@pytest.fixture
def camera(site: Site) -> Camera:
    """Area 1: N = 10, T = 10 s, L = 8, R = 5 s."""
    area = {"number": 1, "polygon": WHOLE, "status": True, "count_threshold": 10, "time_s": 10}
    return CameraFactory(site=site, occupancy={"areas": [area]})


def asked(user: User, camera: Camera, **more: Any) -> Timeline:
    how = {"number": 1, "begins": BEGINS, "ends": BEGINS + HOUR} | more
    return area_timeline(user=user, camera_id=camera.pk, **how)


def second(at_ms: int) -> float:
    """After BEGINS."""
    return at_ms / 1000 - BEGINS.timestamp()


def shown(timeline: Timeline) -> list[tuple[float, str, bool]]:
    return [(second(one.begin_ms), one.state, one.in_alarm) for one in timeline.timer]


def version(camera: Camera, number: int, at: datetime, **area: Any) -> None:
    """The settings with something changed in area 1, from `at` on."""
    extension = camera.extensions.get()
    settings = extension.settings | {"areas": [extension.settings["areas"][0] | area]}
    SettingsVersion.objects.create(
        extension=extension, number=number, settings=settings, schedule=extension.schedule, made_at=at
    )


def test_it_says_why_no_alarm_was_raised(camera: Camera, colleague: User) -> None:
    """OPR-8: it ran for 8 s, was held for 5 s, and fell back to 0."""
    log_write(camera, {0: 0, 600: 12, 608: 9, 640: 0}, BEGINS, BEGINS + HOUR)

    found = asked(colleague, camera)
    (missed,) = found.missed
    assert (second(missed.begin_ms), second(missed.end_ms), missed.run_ms, missed.time_ms) == (600, 613, 8000, 10_000)
    assert (missed.reason, found.missed_in_all, found.alarms) == (EndReason.PAUSE, 1, ())
    assert [state for _at, state, _alarm in shown(found)] == ["reset", "running", "paused", "reset"]


def test_it_says_when_the_alarm_was_on(camera: Camera, colleague: User) -> None:
    """OPR-8: the replayed timer, and the alarm that was raised."""
    log_write(camera, {0: 0, 1200: 11, 1260: 2}, BEGINS, BEGINS + HOUR)
    alarm = AlarmFactory(
        camera=camera, started_at=BEGINS + timedelta(seconds=1210), ended_at=BEGINS + timedelta(seconds=1260)
    )
    AlarmFactory(camera=camera, started_at=BEGINS + timedelta(seconds=5), test=True)

    found = asked(colleague, camera)
    assert found.alarms == (alarm,)
    alarm_columns = [at for at, _state, in_alarm in shown(found) if in_alarm]
    assert len(alarm_columns) == 1
    assert abs(alarm_columns[0] - 1210) < found.step_s
    assert (found.step_s, found.high[300], found.low[302]) == (4, 11, 11)


def test_what_began_before_is_still_running(camera: Camera, colleague: User) -> None:
    """OPR-8: the range may begin in the midst of an alarm."""
    log_write(camera, {0: 12}, BEGINS - HOUR / 4, BEGINS + HOUR)

    assert shown(asked(colleague, camera)) == [(0, "running", True)]


def test_hours_that_nobody_counted_are_unknown(camera: Camera, colleague: User) -> None:
    """OPR-8, CNT-6: not 0."""
    found = asked(colleague, camera)

    assert set(found.low) == set(found.high) == {None}
    assert len(found.low) == 3600 // found.step_s
    assert shown(found) == [(0, "reset", False)]


def test_each_moment_has_the_settings_that_held_then(camera: Camera, colleague: User) -> None:
    """OPR-8, EXT-5, SPEC 4.11: the threshold is lowered in the midst of the range: the timer begins anew."""
    log_write(camera, {0: 6}, BEGINS, BEGINS + HOUR)
    version(camera, 1, BEGINS - HOUR)
    version(camera, 2, BEGINS + HOUR / 2, count_threshold=5)

    found = asked(colleague, camera)
    assert [(one.begins, one.rule.threshold if one.rule else None, one.reset) for one in found.rules] == [
        (BEGINS, 10, None),
        (BEGINS + HOUR / 2, 5, EndReason.SETTINGS),
    ]
    assert [state for _at, state, _alarm in shown(found)] == ["reset", "running", "running"]


def test_an_area_that_was_off_is_told_as_off(camera: Camera, colleague: User) -> None:
    """OPR-8."""
    version(camera, 1, BEGINS - HOUR)
    version(camera, 2, BEGINS + HOUR / 2, status=False)

    assert shown(asked(colleague, camera)) == [(0, "reset", False), (1800, "off", False)]


def test_the_schedule_is_shown_by_the_clock_of_the_site(camera: Camera, colleague: User) -> None:
    """OPR-8, EXT-4: Berlin; 12:30 there is 11:30 UTC."""
    extension = camera.extensions.get()
    extension.schedule = {"week": {"fri": [["08:00", "12:30"]]}}
    extension.save()

    found = asked(colleague, camera)
    assert shown(found) == [(0, "reset", False), (1800, "closed", False)]
    assert [one.reset for one in found.rules] == [None, EndReason.SCHEDULE]


def test_shelvings_of_the_area_are_told(camera: Camera, colleague: User) -> None:
    """OPR-8, OPR-2: those of other areas are not."""
    times = {"started_at": BEGINS + HOUR / 4, "until": BEGINS + HOUR / 2, "ends_at": BEGINS + HOUR / 2}
    shelving = Shelving.objects.create(camera=camera, area_number=1, reason="Painters", by=colleague, **times)
    Shelving.objects.create(camera=camera, area_number=2, reason="Painters", by=colleague, **times)

    assert asked(colleague, camera).shelved == (shelving,)


def test_the_minimum_alarm_has_a_timeline_of_its_own(camera: Camera, colleague: User) -> None:
    """OPR-8, OCC-32: Off until somebody switches it on."""
    assert shown(asked(colleague, camera, cause=Cause.MINIMUM)) == [(0, "off", False)]

    version(camera, 1, BEGINS - HOUR, min_alarm=True, min_threshold=2, min_time_s=60)
    log_write(camera, {0: 1}, BEGINS, BEGINS + HOUR)
    assert [alarm for _at, _state, alarm in shown(asked(colleague, camera, cause=Cause.MINIMUM))] == [False, True]


def test_of_many_missed_runs_those_that_came_nearest_are_told(camera: Camera, colleague: User) -> None:
    """OPR-8: and how many there were in all."""
    counts: dict[float, int | None] = {0: 0}
    for number in range(100):
        counts |= {30 * number + 10: 12, 30 * number + 11 + number / 12: 0}
    log_write(camera, counts, BEGINS, BEGINS + HOUR)

    found = asked(colleague, camera)
    assert (found.missed_in_all, len(found.missed)) == (100, 50)
    assert min(one.run_ms for one in found.missed) > 5000
    assert [one.begin_ms for one in found.missed] == sorted(one.begin_ms for one in found.missed)


@pytest.mark.parametrize(
    ("begins", "ends", "field"),
    [(BEGINS, BEGINS, "to"), (BEGINS, BEGINS + 26 * HOUR, "from")],
    ids=["empty", "too long"],
)
def test_a_range_that_is_none_is_refused(
    camera: Camera, colleague: User, begins: datetime, ends: datetime, field: str
) -> None:
    """SPEC 15, bad input."""
    with pytest.raises(ValidationError) as refused:
        asked(colleague, camera, begins=begins, ends=ends)

    assert set(refused.value.message_dict) == {field}


def test_what_is_not_there_or_not_to_be_seen_is_not_found(camera: Camera, colleague: User, stranger: User) -> None:
    """SEC-1."""
    with pytest.raises(Http404):
        asked(stranger, camera)
    with pytest.raises(Http404):
        asked(colleague, camera, number=3)


def test_a_busy_day_has_no_more_columns_than_a_quiet_one(camera: Camera, colleague: User) -> None:
    """OPR-8: twelve hours in which the count goes over and under the threshold every 2 s; a page can draw it."""
    dice = random.Random(7)
    busy = {float(at): dice.choice((7, 8, 9, 10, 11)) for at in range(6 * 3600, 18 * 3600, 2)}
    log_write(camera, {0: 0} | busy | {18 * 3600: 0}, BEGINS, BEGINS + 24 * HOUR)

    found = asked(colleague, camera, ends=BEGINS + 24 * HOUR)

    assert len(found.low) == 960
    assert len(found.timer) <= 960


# --- API --------------------------------------------------------------------------------------------------------------
def test_the_api_tells_the_whole_timeline(camera: Camera, colleague: User, api) -> None:
    """OPR-8, API-1: counts, rules, timer, missed runs, alarms, deliveries."""
    log_write(camera, {0: 0, 600: 12, 608: 9, 640: 0}, BEGINS, BEGINS + HOUR)
    alarm = AlarmFactory(camera=camera, started_at=BEGINS + HOUR / 2)
    destination = DestinationFactory(site=camera.site)
    tell(alarm)
    Notification.objects.update(queued_at=BEGINS + HOUR / 2)

    asked = {"from": BEGINS.isoformat(), "to": (BEGINS + HOUR).isoformat()}
    answer = api(colleague).get(f"/api/v1/cameras/{camera.pk}/areas/1/timeline/", asked)
    found = answer.json()
    assert answer.status_code == 200, found
    assert (found["area"], found["step_s"], len(found["low"])) == (1, 4, 900)
    assert (found["rules"][0]["threshold"], found["rules"][0]["held_to"], found["rules"][0]["time_s"]) == (10, 8, 10.0)
    assert (found["missed"][0]["run_s"], found["missed"][0]["reason"]) == (8.0, "pause")
    assert [one["id"] for one in found["alarms"]] == [str(alarm.pk)]
    assert [(one["destination_name"], one["state"]) for one in found["deliveries"]] == [(destination.name, "waiting")]


@pytest.mark.parametrize("asked", [{"from": "yesterday"}, {"from": "2026-11-01T00:00Z"}, {"cause": "weather"}])
def test_the_api_names_what_does_not_fit(camera: Camera, colleague: User, api, asked: dict[str, str]) -> None:
    """API-1: problem details."""
    answer = api(colleague).get(f"/api/v1/cameras/{camera.pk}/areas/1/timeline/", asked)

    assert answer.status_code == 400, answer.content
    assert next(iter(asked)) in str(answer.json())


def test_the_api_hides_other_sites(camera: Camera, stranger: User, api) -> None:
    """SEC-1."""
    assert api(stranger).get(f"/api/v1/cameras/{camera.pk}/areas/1/timeline/").status_code == 404
