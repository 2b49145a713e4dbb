"""From minutes to hours and days: what a walk over the minutes finds, however often and in whatever order (CNT-1)."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.count_reading import day_totals_read, days_read, hours_read
from analytics.engine.alarm.minutes import MINUTE_MS, MinuteSum
from analytics.engine.counts.days import day_bounds
from analytics.engine.counts.slots import COUNTED, LIMITED, mean
from analytics.models import CountCalendar, CountDay, CountHour, CountMinute, CountPending
from analytics.news import CountNews
from analytics.services import rollup
from analytics.services.count import count_flush
from analytics.services.rollup import MINUTE_ROWS_DAYS, counts_roll_up
from analytics.tasks import roll_up_counts
from cameras.models import Camera
from cameras.services.move import cameras_move
from cameras.services.site import site_update
from tests.analytics.stored import store
from tests.factories import CameraFactory, SiteFactory

pytestmark = pytest.mark.django_db
HOUR = datetime(2026, 11, 20, 10, tzinfo=UTC)
NOW = HOUR + timedelta(hours=2)
BERLIN = ZoneInfo("Europe/Berlin")
Counted = Callable[..., None]


@pytest.fixture
def camera() -> Camera:
    return CameraFactory(site__time_zone="Europe/Berlin", fps=5)


def flush(camera: Camera, at: datetime, count: int, *, part: int = 1, **facts: int) -> None:
    """One owner's part of a minute of area 1, as the writer gets it; a whole minute when nothing else is said."""
    minute_ms = round(at.timestamp()) * 1000
    known_ms = facts.pop("known_ms", MINUTE_MS)
    given: dict = {"frames": known_ms // 200, "last_at_ms": minute_ms + known_ms} | facts
    one = MinuteSum(minute_ms, count, count, count, count_ms=count * known_ms, known_ms=known_ms, **given)
    with transaction.atomic():
        count_flush(camera_id=camera.pk, news=CountNews(minute_ms, part, {"1": one.to_json()}), changes=())


def packed(camera: Camera, hour: datetime = HOUR):
    """The 60 slots of area 1."""
    area = (camera.pk, 1)
    return hours_read(areas=[area], begin=hour, end=hour + timedelta(hours=1))[area][1][0]


def everything() -> tuple:
    """All that is stored, to compare."""
    hours = [(row.pk, bytes(row.slots)) for row in CountHour.objects.order_by("pk")]
    return hours, [(row.pk, row.minutes, bytes(row.slots)) for row in CountDay.objects.order_by("pk")]


def test_minutes_become_an_hour_and_a_day(camera: Camera) -> None:
    """CNT-1: with all their values; what nobody counted stays unknown (CNT-6)."""
    flush(camera, HOUR, 4, alarm_ms=30_000)
    flush(camera, HOUR + timedelta(minutes=59), 8, known_ms=20_000)

    assert counts_roll_up(now=NOW) == 1

    slots = packed(camera)
    assert slots[0].tolist() == (240_000, 60_000, 30_000, 300, 4, 4, 4, COUNTED)
    assert (slots["flags"] > 0).nonzero()[0].tolist() == [0, 59]
    day = CountDay.objects.get()
    assert (day.day, day.minutes, day.minimum, day.maximum) == (date(2026, 11, 20), 2, 4, 8)
    assert (day.count_ms, day.known_ms, day.alarm_ms, day.frames) == (400_000, 80_000, 30_000, 400)
    hours = days_read(areas=[(camera.pk, 1)], first=day.day, end=day.day + timedelta(1))[camera.pk, 1][day.day]
    assert mean(hours)[11] == 5.0  # 11 o'clock in Berlin
    assert not CountPending.objects.exists()


minutes = st.lists(
    st.tuples(st.integers(0, 60 * 30), st.integers(1, 3), st.integers(0, 40), st.integers(1, 20_000)), max_size=25
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes, st.sets(st.integers(0, 24), max_size=4), st.sampled_from(["Europe/Berlin", "Asia/Kolkata"]))
def test_roll_ups_are_what_a_walk_over_the_minutes_finds(parts: list, pauses: set[int], zone_name: str) -> None:
    """CNT-1, CNT-3: whatever comes late, twice or in parts of several owners, rolled up in between or not."""
    camera, begin = CameraFactory(site__time_zone=zone_name), datetime(2026, 10, 24, 12, tzinfo=UTC)
    heard: dict[tuple[int, int], tuple[int, int]] = {}
    for number, (minute, part, count, known_ms) in enumerate(parts):
        if known_ms < heard.get((minute, part), (0, 0))[1]:
            continue  # an earlier look at the same part
        heard[minute, part] = (count, known_ms)
        flush(camera, begin + timedelta(minutes=minute), count, part=part, known_ms=known_ms, frames=known_ms)
        if number in pauses:
            counts_roll_up(now=begin)
    counts_roll_up(now=begin)
    counts_roll_up(now=begin)

    first, end = date(2026, 10, 23), date(2026, 10, 28)
    found = day_totals_read(areas=[(camera.pk, 1)], first=first, end=end).get((camera.pk, 1))
    for place in range((end - first).days):
        begin_s, end_s = day_bounds(first + timedelta(place), ZoneInfo(zone_name))
        here = [one for (minute, _), one in heard.items() if begin_s <= begin.timestamp() + 60 * minute < end_s]
        counts, times = [count for count, _ in here], [known_ms for _, known_ms in here]
        expected = (sum(c * ms for c, ms in here), sum(times), min(counts, default=0), max(counts, default=0))
        day = (0, 0, 0, 0) if found is None else found[place][["count_ms", "known_ms", "minimum", "maximum"]].item()
        assert day == expected


def test_running_again_changes_nothing(camera: Camera) -> None:
    """CNT-3: also when the mark comes back without anything new."""
    flush(camera, HOUR, 4)
    counts_roll_up(now=NOW)
    before = everything()
    flush(camera, HOUR, 4)

    assert [counts_roll_up(now=NOW), counts_roll_up(now=NOW)] == [1, 0]
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_the_task_packs_what_came(camera: Camera) -> None:
    """DESIGN 5: beat asks for it twice a minute."""
    flush(camera, HOUR, 4)
    roll_up_counts()

    assert mean(packed(camera))[0] == 4.0


def test_a_late_part_is_merged(camera: Camera) -> None:
    """CNT-3: a worker that was away sends its part of a minute that is packed already."""
    flush(camera, HOUR, 4, part=1, known_ms=20_000)
    counts_roll_up(now=NOW)
    flush(camera, HOUR, 10, part=2, known_ms=40_000)
    counts_roll_up(now=NOW)

    assert mean(packed(camera))[0] == 8.0
    assert packed(camera)["known_ms"].sum() == 60_000


def test_a_part_that_comes_after_its_rows_were_removed_is_added_once(camera: Camera) -> None:
    """CNT-2, CNT-3: the database was away for days; what is packed already is not lost, nor counted twice."""
    later = HOUR + timedelta(days=MINUTE_ROWS_DAYS, hours=2)
    flush(camera, HOUR, 4, part=1, known_ms=20_000)
    flush(camera, HOUR + timedelta(minutes=1), 7)
    counts_roll_up(now=NOW)
    CountMinute.objects.all().delete()
    flush(camera, HOUR, 10, part=2, known_ms=40_000)
    counts_roll_up(now=later)
    flush(camera, HOUR + timedelta(minutes=2), 1)
    counts_roll_up(now=later)

    assert mean(packed(camera))[:3].tolist() == [8.0, 7.0, 1.0]
    assert not CountMinute.objects.exists()


def test_a_minute_without_a_row_stays_in_its_hour(camera: Camera) -> None:
    """CNT-3: what was made up, or packed before, is not lost when another minute of the hour comes."""
    store(camera, HOUR, 7, number=1, minutes=range(2))
    flush(camera, HOUR + timedelta(minutes=1), 4)
    counts_roll_up(now=NOW)

    assert mean(packed(camera))[:2].tolist() == [7.0, 4.0]


def test_an_hour_of_two_days_is_in_both() -> None:
    """CNT-1: where midnight is at half past."""
    camera, hour = CameraFactory(site__time_zone="Asia/Kolkata", fps=5), datetime(2026, 11, 20, 18, tzinfo=UTC)
    for minute in (29, 30, 31):
        flush(camera, hour + timedelta(minutes=minute), 4)
    counts_roll_up(now=NOW)

    days = CountDay.objects.order_by("day").values_list("day", "minutes")
    assert list(days) == [(date(2026, 11, 20), 1), (date(2026, 11, 21), 2)]


@pytest.mark.parametrize(
    ("facts", "limited"),
    [({}, False), ({"limited": True}, True), ({"frames": 239}, True), ({"frames": 240}, False), ({"frames": 0}, False)],
    ids=["whole", "saturated", "pictures skipped", "four of five", "told by the camera"],
)
def test_a_minute_says_how_good_it_is(camera: Camera, facts: dict, limited: bool) -> None:
    """CNT-6: as `live.area_quality` says of the present; a camera that counts by itself skips nothing of ours."""
    flush(camera, HOUR, 4, **facts)
    counts_roll_up(now=NOW)

    assert bool(packed(camera)[0]["flags"] & LIMITED) is limited


def test_another_time_zone_cuts_the_days_anew(camera: Camera) -> None:
    """CNT-1: of its site, and by moving the camera to a site elsewhere; nothing is lost on the way."""
    flush(camera, datetime(2026, 11, 20, 20, tzinfo=UTC), 4)
    counts_roll_up(now=NOW)
    site_update(site=camera.site, time_zone="Asia/Tokyo")
    counts_roll_up(now=NOW)
    there = [(row.day, row.minutes) for row in CountDay.objects.all()]
    cameras_move(cameras=[camera], site=SiteFactory(time_zone="America/New_York"))
    counts_roll_up(now=NOW)

    assert there == [(date(2026, 11, 21), 1)]
    assert [(row.day, row.minutes) for row in CountDay.objects.all()] == [(date(2026, 11, 20), 1)]
    assert CountCalendar.objects.get().time_zone == "America/New_York"


def test_a_site_of_many_cameras_is_packed_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN 1: a step holds SQLite's one write lock; how many queries one takes does not depend on the minutes."""
    monkeypatch.setattr(rollup, "CAMERAS_A_STEP", 2)
    monkeypatch.setattr(rollup, "HOURS_A_STEP", 2)
    cameras = CameraFactory.create_batch(5)
    for camera in cameras:
        for hour in range(3):
            flush(camera, HOUR + timedelta(hours=hour), 3)

    assert counts_roll_up(now=NOW) == 15
    assert CountHour.objects.count() == 15
    assert not CountPending.objects.exists()


def test_a_count_that_no_hour_holds_is_refused(camera: Camera) -> None:
    """House rule: the writer puts it aside with the reason; nothing is written."""
    with pytest.raises(ValueError, match="area 1: count 256 given, at most 255 expected"):
        flush(camera, HOUR, 256)

    assert not CountMinute.objects.exists()
    assert not CountPending.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_mark_that_comes_while_its_hour_is_packed_stays(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    """CNT-3: the writer commits a minute between the reading of its hour and the end of the roll-up."""
    flush(camera, HOUR, 4)
    put, began = rollup.hours_put, threading.Event()

    def slow(hours) -> None:
        put(hours)
        began.set()
        late.join(0.3)  # held up by the mark that this roll-up holds; on SQLite by its one write lock
        assert late.is_alive()

    def write() -> None:
        began.wait(5)
        flush(camera, HOUR + timedelta(minutes=1), 9)
        connections.close_all()

    late = threading.Thread(target=write)
    late.start()
    monkeypatch.setattr(rollup, "hours_put", slow)
    rollup._step([camera.pk], NOW)
    late.join(5)
    monkeypatch.setattr(rollup, "hours_put", put)

    assert CountPending.objects.count() == 1
    counts_roll_up(now=NOW)
    assert mean(packed(camera))[:2].tolist() == [4.0, 9.0]
