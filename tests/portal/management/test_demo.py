"""`manage.py demo`: made once, left alone afterwards."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from analytics.models import Alarm
from cameras.models import Camera, Extension, Site
from portal.accounts.models import User
from portal.demo_sites import DEMO

pytestmark = pytest.mark.django_db


@pytest.fixture
def bare(settings, monkeypatch) -> None:
    """A portal without clips and without a given password."""
    settings.MEDIA_CLIPS = None
    monkeypatch.delenv("LOOKOUT_ADMIN_PASSWORD", raising=False)


@pytest.fixture
def with_clips(settings, tmp_path: Path) -> None:
    """A folder with every clip that the demo knows."""
    for camera in (camera for site in DEMO for camera in site.cameras):
        (tmp_path / camera.clip).touch()
    settings.MEDIA_CLIPS = tmp_path


def demo() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_there_are_two_sites_in_two_time_zones_with_six_cameras(with_clips) -> None:
    """RUN-1: a demo site with looping video cameras."""
    demo()

    assert len(set(Site.objects.values_list("time_zone", flat=True))) == 2
    assert Camera.objects.count() >= 6
    assert all(camera.url.startswith("clip:") for camera in Camera.objects.all())


def test_without_clips_the_cameras_are_simulated_and_said_to_be(bare) -> None:
    """RUN-1: nothing pretends to be a camera."""
    text = demo()

    assert all(camera.simulated for camera in Camera.objects.all())
    assert "simulated" in text


def test_the_settings_are_valid_and_every_area_is_on(with_clips) -> None:
    """OCC-2, OCC-4: stored settings read back as they were meant."""
    demo()

    for extension in Extension.objects.filter(kind="occupancy"):
        assert all(area.status and area.polygon for area in extension.occupancy().areas)


def test_non_mask_is_seen_on_a_clip_of_faces_beside_occupancy(with_clips) -> None:
    """RUN-1, EXT-3: both extensions on one camera."""
    demo()
    camera = Camera.objects.get(extensions__kind="nonmask")

    assert camera.url == "clip:faces-plain.mp4"
    assert set(camera.extensions.values_list("kind", flat=True)) == {"occupancy", "nonmask"}


def test_nobodys_face_is_drawn_and_the_demo_says_so(bare) -> None:
    """RUN-1: what is missing is said, not simulated."""
    text = demo()

    assert "Without faces-plain.mp4 there is no camera “Reception”: faces are not drawn." in text
    assert not Extension.objects.filter(kind="nonmask").exists()


def test_the_password_is_printed_once(bare) -> None:
    """SEC-2: no default password: the first start makes one and prints it."""
    first, second = demo(), demo()
    password = first.split("only this once:")[1].split()[0]

    assert User.objects.get(username="admin").check_password(password)
    assert password not in second
    assert "password" not in second.lower()


def test_a_given_password_is_taken_and_not_printed(bare, monkeypatch) -> None:
    """RUN-1: LOOKOUT_ADMIN_PASSWORD."""
    monkeypatch.setenv("LOOKOUT_ADMIN_PASSWORD", "correct horse battery")

    text = demo()

    assert User.objects.get(username="admin").check_password("correct horse battery")
    assert "correct horse" not in text


def test_a_second_run_changes_nothing(bare) -> None:
    """RUN-1: a second start reuses everything, also what somebody changed meanwhile."""
    demo()
    User.objects.update(username="boss")
    Camera.objects.first().delete()
    before = list(Camera.objects.values_list("pk", "version"))

    demo()

    assert list(Camera.objects.values_list("pk", "version")) == before
    assert User.objects.get().username == "boss"
    assert Site.objects.count() == len(DEMO)
    assert not Alarm.objects.exists()


def test_a_portal_that_does_not_run_has_nobody_to_tell(
    bare, settings, caplog, django_capture_on_commit_callbacks
) -> None:
    """RUN-1: the first start makes the demo before there is a key-value server; no error is written about it."""
    settings.REDIS_URL = ""

    with django_capture_on_commit_callbacks(execute=True):
        demo()

    assert caplog.records == []
