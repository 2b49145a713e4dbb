"""People with and without a mask in the database (MASK-9): written once, kept as long as counts, read by site."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from analytics.compliance import Compliance, Grain, buckets, compliance_list
from analytics.engine.masks.people import PeopleSum
from analytics.models import ComplianceMinute
from analytics.news import ComplianceNews, NewsError
from analytics.services.compliance import compliance_flush, compliance_prune
from analytics.tasks import prune
from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.factories import CameraFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site)


def write(camera: Camera, at: datetime, *counts: int, part: int = 1) -> bool:
    """counts: mask, no_mask, not_judged, frames."""
    people = PeopleSum(round(at.timestamp() * 1000), *counts)
    return compliance_flush(camera_id=camera.pk, news=ComplianceNews(people.minute_ms, part, people.to_json()))


def test_parts_of_owners_add_up_and_a_repeated_one_changes_nothing(camera: Camera) -> None:
    """CNT-3: whoever tells it, and however often; an earlier look at a part does not take anything back."""
    write(camera, NOON, 2, 1, 0, 100, part=1)
    write(camera, NOON, 2, 1, 0, 100, part=1)
    write(camera, NOON, 1, 1, 0, 60, part=1)
    write(camera, NOON, 0, 0, 3, 50, part=2)

    row = ComplianceMinute.objects.get()
    assert (row.seen, row.mask, row.no_mask, row.not_judged, row.frames) == (6, 2, 1, 3, 150)
    assert row.minute == NOON


def test_a_camera_that_is_gone_has_no_people(camera: Camera) -> None:
    """SPEC 15: it was removed while its worker wrote."""
    pk = camera.pk
    camera.delete()
    camera.pk = pk

    assert not write(camera, NOON, 1, 0, 0, 1)
    assert not ComplianceMinute.objects.exists()


def test_news_that_no_worker_sent_are_refused() -> None:
    """SPEC 15: the writer puts them aside."""
    with pytest.raises(NewsError, match="minute_ms"):
        ComplianceNews.from_json({"kind": "compliance", "part": 1})


def test_people_are_kept_for_732_whole_days_of_the_site() -> None:
    """CNT-2: as counts are."""
    tokyo = CameraFactory(site__time_zone="Asia/Tokyo")
    first = datetime(2024, 11, 19, tzinfo=UTC) - timedelta(hours=9)  # midnight there, 732 days before
    for at in (first, first - timedelta(minutes=1)):
        write(tokyo, at, 1, 0, 0, 1)

    assert compliance_prune(now=datetime(2026, 11, 21, 3, 10, tzinfo=UTC)) == 1
    assert ComplianceMinute.objects.get().minute == first


def test_the_nightly_task_removes_them(camera: Camera) -> None:
    """CNT-2: with the counts; what is kept stays."""
    write(camera, datetime(2020, 1, 1, tzinfo=UTC), 1, 0, 0, 1)
    write(camera, timezone.now().replace(second=0, microsecond=0), 2, 0, 0, 1)

    prune()

    assert [row.mask for row in ComplianceMinute.objects.all()] == [2]


def test_hours_and_days_are_those_of_the_site(camera: Camera, owner: User) -> None:
    """MASK-9: 22:30 UTC is half past midnight in Berlin: of the next day."""
    write(camera, datetime(2026, 5, 1, 22, 30, tzinfo=UTC), 1, 2, 3, 10)
    write(camera, datetime(2026, 5, 1, 22, 59, tzinfo=UTC), 4, 0, 0, 10)
    write(camera, datetime(2026, 5, 1, 23, 0, tzinfo=UTC), 0, 0, 1, 10)
    start = datetime(2026, 5, 2, tzinfo=BERLIN)

    def listed(grain: Grain) -> list[Compliance]:
        found = compliance_list(
            user=owner, cameras=[camera.pk], start=start, end=start + timedelta(days=1), grain=grain
        )
        assert {one.camera for one in found} <= {camera.pk}
        return [one.people for one in found]

    assert listed(Grain.DAY) == [Compliance(start, 11, 5, 2, 4, 30)]
    assert listed(Grain.HOUR) == [
        Compliance(start, 10, 5, 2, 3, 20),
        Compliance(start + timedelta(hours=1), 1, 0, 0, 1, 10),
    ]
    assert [one.begins.minute for one in listed(Grain.MINUTE)] == [30, 59, 0]
    assert [one.share for one in listed(Grain.HOUR)] == [71.4, None]


def test_an_hour_that_the_clock_shows_twice_is_two(camera: Camera, owner: User) -> None:
    """MASK-9, EXT-4: nothing of the night in which the clock is set back is lost, or folded into one."""
    write(camera, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 1, 0, 0, 10)  # 02:30, summer time
    write(camera, datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 0, 1, 0, 10)  # 02:30 once more
    start, end = datetime(2026, 10, 25, tzinfo=BERLIN), datetime(2026, 10, 26, tzinfo=BERLIN)

    found = compliance_list(user=owner, cameras=None, start=start, end=end, grain=Grain.HOUR)

    assert [one.people.begins.astimezone(UTC).hour for one in found] == [0, 1]
    assert [one.people.seen for one in found] == [1, 1]
    assert len(buckets(start, end, Grain.HOUR)) == 25
    assert len(buckets(start, end, Grain.DAY)) == 1


def test_a_zone_of_half_an_hour_has_hours_of_its_own(owner: User) -> None:
    """MASK-9: in Kolkata an hour begins at half past."""
    kolkata = ZoneInfo("Asia/Kolkata")
    camera = CameraFactory(site__time_zone=kolkata.key)
    owner.is_superuser = True
    write(camera, datetime(2026, 5, 1, 12, 29, tzinfo=UTC), 1, 0, 0, 10)
    write(camera, datetime(2026, 5, 1, 12, 30, tzinfo=UTC), 1, 0, 0, 10)

    found = compliance_list(
        user=owner,
        cameras=[camera.pk],
        start=datetime(2026, 5, 1, tzinfo=kolkata),
        end=datetime(2026, 5, 2, tzinfo=kolkata),
    )
    assert [(one.people.begins.hour, one.people.begins.minute) for one in found] == [(17, 0), (18, 0)]


def test_a_stranger_sees_nobody(camera: Camera, stranger: User) -> None:
    """SEC-1."""
    write(camera, NOON, 1, 0, 0, 1)
    span = {"start": NOON, "end": NOON + timedelta(hours=1)}

    assert compliance_list(user=stranger, cameras=[camera.pk], **span) == []
    assert compliance_list(user=stranger, cameras=None, **span) == []
