"""The counts of a camera as a file, in the browser (OUT-7)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from analytics.services.count_told import CountsTold, counts_receive
from analytics.services.rollup import counts_roll_up
from cameras.models import Camera, Site
from notifications.counts_export import day_rows
from notifications.protocols.csv_counts import header
from portal.accounts.models import User
from tests.factories import CameraFactory, ExtensionFactory
from tests.notifications.stored_counts import counted

NOON = datetime(2026, 5, 1, 10, tzinfo=UTC)
MAY = {"from": "2026-05-01", "to": "2026-05-31"}


@pytest.fixture
def camera(site: Site) -> Camera:
    camera = CameraFactory(site=site)
    counted(camera, NOON, 5, 2)
    return camera


async def download(user: User, camera: Camera) -> tuple[str, bytes]:
    client = AsyncClient()
    await client.aforce_login(user)
    answer = await client.get(f"/cameras/{camera.pk}/counts.csv", MAY)
    return answer.headers["Content-Disposition"], b"".join([piece async for piece in answer.streaming_content])


def test_the_form_leads_to_the_file(camera: Camera, colleague: User, signed_in) -> None:
    """OUT-7: for everybody who sees the camera."""
    page = signed_in(colleague).get(f"/cameras/{camera.pk}/counts/").content.decode()
    disposition, data = async_to_sync(download)(colleague, camera)

    assert f'action="/cameras/{camera.pk}/counts.csv"' in page
    assert disposition == f'attachment; filename="cam-{camera.pk:04d}_2026-05-01_2026-05-31.csv"'
    assert data == header() + day_rows(camera, NOON.date())


def test_a_bad_range_leads_back_and_says_why(camera: Camera, colleague: User, signed_in) -> None:
    """House rule: what was typed stays."""
    answer = signed_in(colleague).get(f"/cameras/{camera.pk}/counts.csv", {"from": "2026-05-02", "to": "2026-05-01"})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "before it begins on 2026-05-02" in page
    assert 'value="2026-05-02"' in page


def test_the_page_says_whether_daily_files_are_kept(site: Site, camera: Camera, colleague: User, signed_in) -> None:
    """OCC-30."""
    keeping = CameraFactory(site=site, occupancy={"csv": True})
    pages = [signed_in(colleague).get(f"/cameras/{one.pk}/counts/").content.decode() for one in (camera, keeping)]

    assert ["also keeps a file of each day" in page for page in pages] == [False, True]


def test_a_stranger_finds_neither(camera: Camera, stranger: User, signed_in) -> None:
    """SEC-1."""
    for place in ("counts/", "counts.csv"):
        assert signed_in(stranger).get(f"/cameras/{camera.pk}/{place}").status_code == 404


@pytest.mark.parametrize("installed", [True, False], ids=["counted here", "told by the camera"])
def test_the_page_says_who_counts(site: Site, colleague: User, signed_in, installed: bool) -> None:
    """OUT-10: the camera's own counts are not taken for the portal's."""
    camera = CameraFactory(site=site, occupancy=False)
    lately = datetime.now(UTC) - timedelta(minutes=10)
    counts_receive(camera_id=camera.pk, told=CountsTold(lately, 7, {1: 3}))
    counts_roll_up(now=lately)
    if installed:
        ExtensionFactory(camera=camera)
    page = signed_in(colleague).get(f"/cameras/{camera.pk}/counts/").content.decode()

    assert ("The camera itself tells these counts" in page) is not installed
    day = lately.astimezone(ZoneInfo(site.time_zone)).date()
    assert day_rows(Camera.objects.get(pk=camera.pk), day).count(b",7,3") == 1
