"""People with and without a mask over time: selector and API (MASK-9)."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.compliance import Compliance, Grain, buckets, compliance_list
from analytics.compliance_range import compliance_range_get
from analytics.models import ComplianceMinute
from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.factories import CameraFactory, SiteFactory

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 5, 1, 10, tzinfo=UTC)  # at 12:00 there
DAY = {"from": "2026-05-01", "to": "2026-05-01"}


def people(camera: Camera, minute: datetime, mask: int = 0, no_mask: int = 0, not_judged: int = 0) -> None:
    """As the writer stores them."""
    seen = mask + no_mask + not_judged
    counts = {"mask": mask, "no_mask": no_mask, "not_judged": not_judged}
    ComplianceMinute.objects.create(camera=camera, minute=minute, seen=seen, frames=300, **counts)


@pytest.fixture
def camera(site: Site) -> Camera:
    """Somebody with and without, then nobody judged, then a zero; nobody looked between 14:00 and 22:00 UTC."""
    camera = CameraFactory(site=site, name="Gate", occupancy=False, nonmask={})
    people(camera, NOON, 3, 1)
    people(camera, NOON + timedelta(minutes=59), 1, 0, 2)
    people(camera, NOON + timedelta(hours=1), 0, 0, 4)
    people(camera, NOON + timedelta(hours=2))
    people(camera, NOON + timedelta(hours=12), 1)  # the next day there
    return camera


def found(user: User, grain: Grain, **span: datetime) -> list[tuple[datetime, int, int, int]]:
    span = {"start": NOON - timedelta(hours=12), "end": NOON + timedelta(hours=24), **span}
    rows = compliance_list(user=user, cameras=None, grain=grain, **span)
    return [(one.people.begins, one.people.mask, one.people.no_mask, one.people.not_judged) for one in rows]


def test_hours_hold_everybody_and_an_hour_that_nobody_looked_at_is_not_there(camera: Camera, owner: User) -> None:
    """MASK-9, CNT-6: a zero is one only where somebody looked."""
    hours = found(owner, Grain.HOUR, end=NOON + timedelta(hours=9))

    assert hours == [(NOON, 4, 1, 2), (NOON + timedelta(hours=1), 0, 0, 4), (NOON + timedelta(hours=2), 0, 0, 0)]


def test_days_are_those_of_the_site(camera: Camera, owner: User) -> None:
    """CNT-2: midnight is at 22:00 UTC there."""
    days = found(owner, Grain.DAY)

    assert [begins.isoformat() for begins, *_ in days] == ["2026-05-01T00:00:00+02:00", "2026-05-02T00:00:00+02:00"]
    assert [counts for _, *counts in days] == [[4, 1, 6], [1, 0, 0]]


def test_an_hour_that_comes_twice_is_two(site: Site, owner: User) -> None:
    """EXT-4: summer time ends on 25 October 2026 at 01:00 UTC."""
    camera = CameraFactory(site=site, nonmask={})
    for hour in (0, 1):
        people(camera, datetime(2026, 10, 25, hour, 30, tzinfo=UTC), 1)
    hours = found(owner, Grain.HOUR, start=datetime(2026, 10, 24, tzinfo=UTC), end=datetime(2026, 10, 26, tzinfo=UTC))

    assert [begins.isoformat() for begins, *_ in hours] == ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]


def test_strangers_see_nobody_and_cameras_can_be_chosen(camera: Camera, owner: User, stranger: User) -> None:
    """SEC-1."""
    other = CameraFactory(site=camera.site, nonmask={})
    people(other, NOON, 9)
    people(CameraFactory(site=SiteFactory()), NOON, 7)
    span = {"start": NOON, "end": NOON + timedelta(hours=1), "grain": Grain.HOUR}
    asked = [(stranger, None), (owner, None), (owner, [camera.pk])]
    masks = [[one.people.mask for one in compliance_list(user=who, cameras=ids, **span)] for who, ids in asked]

    assert masks == [[], [4, 9], [4]]


counts = st.tuples(*[st.integers(0, 50)] * 3)


@given(st.lists(counts, min_size=1, max_size=5))
def test_nobody_is_lost_or_folded_into_others(many: list[tuple[int, int, int]]) -> None:
    """MASK-9: of any buckets, everybody seen is with, without or not judged; the share is of those judged only."""
    whole = reduce(Compliance.add, [Compliance(NOON, sum(one), *one, 300) for one in many])
    judged = whole.mask + whole.no_mask

    assert whole.seen == sum(map(sum, many)) == judged + sum(one[2] for one in many)
    assert whole.share == (round(100 * whole.mask / judged, 1) if judged else None)


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 5, 1), 24), ((2026, 10, 25), 25)])
def test_a_day_has_the_hours_that_it_has_there(day: tuple[int, int, int], hours: int) -> None:
    """SPEC 15: DST."""
    start = datetime(*day, tzinfo=BERLIN)
    begins = list(buckets(start, start + timedelta(days=1), Grain.HOUR))

    assert len(begins) == len({one.timestamp() for one in begins}) == hours
    assert len(list(buckets(start, start + timedelta(days=7), Grain.DAY))) == 7


def test_the_api_gives_what_is_known(api, camera: Camera, colleague: User) -> None:
    """MASK-9, API-3."""
    answer = api(colleague).get(f"/api/v1/cameras/{camera.pk}/compliance/", DAY).json()

    assert (answer["camera"], answer["grain"], len(answer["results"])) == (camera.pk, "hour", 3)
    assert answer["results"][0] == {
        "begins": "2026-05-01T10:00:00Z",
        "seen": 7,
        "mask": 4,
        "no_mask": 1,
        "not_judged": 2,
        "share": 80.0,
        "frames": 600,
    }
    assert answer["results"][2]["share"] is None


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-05-02", "to": "2026-05-01"}, "to"),
        ({"from": "2025-01-01", "to": "2026-05-01"}, "from"),
        ({"grain": "year"}, "grain"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_its_name(
    api, camera: Camera, colleague: User, asked: dict[str, str], field: str
) -> None:
    """House rule: the field, and what was expected."""
    answer = api(colleague).get(f"/api/v1/cameras/{camera.pk}/compliance/", asked)

    assert answer.status_code == 400
    assert field in str(answer.json())


def test_a_strangers_camera_is_not_there(api, camera: Camera, stranger: User) -> None:
    """SEC-1."""
    for name in ("compliance/", "compliance.csv"):
        assert api(stranger).get(f"/api/v1/cameras/{camera.pk}/{name}", DAY).status_code == 404


def test_the_file_has_the_same_lines(camera: Camera, owner: User) -> None:
    """MASK-9: times with their offset, CRLF; formulas are guarded."""
    Camera.objects.update(name="=Gate")
    asked = compliance_range_get(user=owner, camera_id=camera.pk, given={**DAY, "to": "2026-05-02"})
    lines = b"".join(asked.pieces()).decode().split("\r\n")

    assert asked.name == f"cam-{camera.pk:04d}_masks_2026-05-01_2026-05-02.csv"
    assert lines[0] == "Time,CameraName,Seen,Mask,NoMask,NotJudged,Frames"
    assert lines[1] == "2026-05-01T12:00:00+02:00,'=Gate,7,4,1,2,600"
    assert lines[4] == "2026-05-02T00:00:00+02:00,'=Gate,1,1,0,0,300"
    assert lines[5:] == [""]
