"""The clip of an alarm: who may have it, in which form, and what the panel says of it (OPR-3, SEC-1, SEC-7)."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from analytics.alarm_live import alarm_to_json
from analytics.models import Alarm
from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
VIDEO, SCENES = bytes(range(256)) * 4, b'{"frames":[]}'
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Crane")


@pytest.fixture
def alarm(camera: Camera) -> Alarm:
    alarm = AlarmFactory(camera=camera, area_name="Quayside", started_at=NOON, recording=uuid.uuid4(), clip_whole=True)
    alarm.clip.save("clip.mp4", ContentFile(VIDEO))
    alarm.clip_scenes.save("clip.json", ContentFile(SCENES))
    return alarm


def panel(client: Client, alarm: Alarm) -> str:
    """The section of the clip."""
    page = client.get(f"/alarms/{alarm.pk}/", headers=HTMX).content.decode()
    found = re.search(r'<section class="alarm-clip".*?</section>', page, re.DOTALL)
    assert found
    return found[0]


def test_a_clip_is_played_from_its_own_addresses(alarm: Alarm, colleague: User, signed_in) -> None:
    """OPR-3: video and what is drawn on it; the panel has a player, and the file can be saved."""
    client = signed_in(colleague)
    shown = panel(client, alarm)
    video, scenes = client.get(f"/alarms/{alarm.pk}/clip.mp4"), client.get(f"/alarms/{alarm.pk}/clip.json")

    assert (video.status_code, video.content, video["Content-Type"]) == (200, VIDEO, "video/mp4")
    assert (scenes.content, scenes["Content-Type"]) == (SCENES, "application/json")
    assert f'data-src="/alarms/{alarm.pk}/clip.mp4" data-scenes="/alarms/{alarm.pk}/clip.json"' in shown
    assert f'data-started="{NOON.timestamp():.6f}"' in shown
    assert re.search(r'download="alarm-20261121-1\d0000\.mp4"', shown)
    assert all("no-store" in answer["Cache-Control"] for answer in (video, scenes))


def test_a_browser_takes_parts_of_a_clip(alarm: Alarm, colleague: User, signed_in) -> None:
    """OPR-3: what it needs to jump."""
    client = signed_in(colleague)
    address = f"/alarms/{alarm.pk}/clip.mp4"
    part = client.get(address, headers={"Range": "bytes=1000-"})
    beyond = client.get(address, headers={"Range": "bytes=1024-"})

    assert (part.status_code, part.content, part["Content-Range"]) == (206, VIDEO[1000:], "bytes 1000-1023/1024")
    assert (beyond.status_code, beyond["Content-Range"]) == (416, "bytes */1024")


@pytest.mark.parametrize("name", ["clip.mp4", "clip.json"])
def test_a_clip_is_for_those_who_may_see_the_alarm(
    alarm: Alarm, stranger: User, signed_in, client: Client, name: str
) -> None:
    """SEC-1: a stranger is told that there is no such alarm, also when asking for a part; nobody else without
    signing in."""
    address = f"/alarms/{alarm.pk}/{name}"

    assert signed_in(stranger).get(address, headers={"Range": "bytes=0-9"}).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


def test_a_clip_that_is_being_recorded_says_so_and_looks_again(alarm: Alarm, colleague: User, signed_in) -> None:
    """OPR-3: its beginning is no clip yet; where no news come, the panel asks again when no more is to be expected."""
    Alarm.objects.update(started_at=timezone.now() - timedelta(seconds=20), clip_whole=False)
    client = signed_in(colleague)
    shown = panel(client, alarm)

    assert "The clip is being recorded." in shown
    waits = re.search(r'hx-trigger="load delay:(\d+)s"', shown)
    assert waits
    assert 35 <= int(waits[1]) <= 41
    assert client.get(f"/alarms/{alarm.pk}/clip.mp4").status_code == 404


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param({"recording": None, "clip": ""}, "No clip has been kept of this alarm.", id="none was promised"),
        pytest.param({"clip": "", "clip_whole": False}, "No clip has been kept of this alarm.", id="none came"),
        pytest.param({"clip": "", "media_removed_at": NOON}, "Clip removed", id="removed"),
    ],
)
def test_a_clip_that_is_not_there_is_no_broken_one(
    alarm: Alarm, colleague: User, signed_in, changed: dict[str, Any], words: str
) -> None:
    """OPR-3, SEC-7: not kept, or removed and since when."""
    Alarm.objects.update(**changed)
    client = signed_in(colleague)

    assert words in panel(client, alarm)
    assert "<clip-player" not in panel(client, alarm)
    assert client.get(f"/alarms/{alarm.pk}/clip.mp4").status_code == 404


def test_a_file_that_went_missing_is_a_404(alarm: Alarm, colleague: User, signed_in) -> None:
    """SEC-7: deleted by hand, say."""
    alarm.clip.storage.delete(alarm.clip.name)

    assert signed_in(colleague).get(f"/alarms/{alarm.pk}/clip.mp4").status_code == 404


def test_the_api_and_the_socket_name_the_clip(alarm: Alarm, colleague: User, signed_in) -> None:
    """API-1, OPR-3: addresses once it is there; until then its state alone."""
    client = signed_in(colleague)
    given = client.get(f"/api/v1/alarms/{alarm.pk}/").json()
    told = alarm_to_json(Alarm.objects.select_related("site").get(pk=alarm.pk))
    names = ("clip", "clip_scenes", "clip_state")
    here = [f"/alarms/{alarm.pk}/clip.mp4", f"/alarms/{alarm.pk}/clip.json", "kept"]
    assert [given[name] for name in names] == [told[name] for name in names] == here  # type: ignore[literal-required]  # they are its keys

    Alarm.objects.update(started_at=timezone.now(), clip_whole=False)
    given = client.get(f"/api/v1/alarms/{alarm.pk}/").json()
    assert [given[name] for name in names] == [None, None, "recording"]


def test_a_panel_without_picture_has_boxes_for_its_clip(alarm: Alarm, colleague: User, signed_in) -> None:
    """OPR-3: the button is there as soon as there is something to draw on."""

    def button() -> str:
        page = signed_in(colleague).get(f"/alarms/{alarm.pk}/", headers=HTMX).content.decode()
        return re.findall(r'<button class="button alarm__boxes".*?>', page)[0]

    assert not button().endswith(" hidden>")
    Alarm.objects.update(clip="")
    assert button().endswith(" hidden>")
