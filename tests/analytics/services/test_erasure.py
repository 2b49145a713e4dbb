"""The pictures of one camera's alarms, erased on request (SEC-7)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from pytest_django import DjangoAssertNumQueries

from analytics.media_selectors import media_list
from analytics.models import Alarm
from analytics.services import media
from analytics.services.erasure import media_erase
from analytics.services.media import Cleared
from cameras.models import Camera, Role, Site
from cameras.services.move import cameras_move
from portal.accounts.models import User
from portal.common.models import AuditEntry
from tests.analytics.stored_media import keys, pictured, refuse, stored
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory

START = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site)


def noted(camera: Camera) -> AuditEntry:
    return AuditEntry.objects.get_for_object(camera).filter(changes__has_key="pictures").get()


def test_the_pictures_of_the_camera_go_and_no_others(camera: Camera, site: Site, owner: User, folder: Path) -> None:
    """SEC-7: the files are gone from the storage, the alarms stay; the audit log names who did it."""
    erased = [pictured(camera, START - timedelta(days=days)) for days in range(3)]
    none = AlarmFactory(camera=camera)
    other = pictured(CameraFactory(site=site), START)

    assert media_erase(user=owner, camera=camera) == Cleared(removed=3)

    assert stored(folder) == keys(other)
    assert keys(*Alarm.objects.exclude(media_removed_at=None)) == keys(*erased)
    assert Alarm.objects.get(pk=none.pk).media_removed_at is None
    assert noted(camera).changes_dict == {"pictures": [3, 0]}
    assert noted(camera).actor == owner
    assert noted(camera).additional_data == {"by": "owner", "not_deleted_yet": 0}


def test_a_second_erasure_finds_nothing(camera: Camera, owner: User) -> None:
    """SEC-7: and notes nothing."""
    pictured(camera, START)
    media_erase(user=owner, camera=camera)

    assert media_erase(user=owner, camera=camera) == Cleared()
    assert noted(camera)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_only_administrators_erase(camera: Camera, site: Site, folder: Path, role: Role) -> None:
    """SEC-1: nor do others learn how much there is."""
    alarm, user = pictured(camera, START), MembershipFactory(site=site, role=role).user

    with pytest.raises(PermissionDenied):
        media_erase(user=user, camera=camera)
    with pytest.raises(PermissionDenied):
        media_list(user=user, camera=camera)

    assert stored(folder) == keys(alarm)


def test_what_the_camera_saw_on_a_former_site_is_that_sites(
    camera: Camera, site: Site, owner: User, stranger: User, folder: Path
) -> None:
    """SEC-1: until somebody who administrates both asks for it."""
    before = pictured(camera, START)
    elsewhere = Site.objects.get(name="Elsewhere")
    (moved,) = cameras_move(cameras=[camera], site=elsewhere)
    pictured(moved, START)

    assert media_erase(user=stranger, camera=moved).removed == 1
    assert stored(folder) == keys(before)
    MembershipFactory(site=elsewhere, user=owner, role=Role.ADMINISTRATOR)
    assert media_erase(user=owner, camera=moved).removed == 1
    assert stored(folder) == set()


def test_a_file_that_cannot_be_deleted_is_told(
    camera: Camera, owner: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SEC-7: nobody sees it any more, the others are gone, and the audit log says so."""
    alarms = [pictured(camera, START) for _ in range(3)]
    refuse(monkeypatch, alarms[0])

    assert media_erase(user=owner, camera=camera) == Cleared(removed=3, failed=1)

    assert stored(folder) == keys(alarms[0])
    assert not Alarm.objects.exclude(snapshot="").exists()
    assert noted(camera).additional_data["not_deleted_yet"] == 1


def test_an_interrupted_erasure_is_noted_as_far_as_it_came(
    camera: Camera, owner: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SEC-5, SEC-7: what is deleted is deleted; asked again, the rest goes."""
    for _ in range(5):
        pictured(camera, START)
    clear, done = media._clear, []

    def one_step(*step: object) -> Cleared:
        if done:
            raise OperationalError("database is locked")
        done.append(clear(*step))
        return done[0]

    monkeypatch.setattr(media, "ALARMS_A_STEP", 2)
    with monkeypatch.context() as patch:
        patch.setattr(media, "_clear", one_step)
        with pytest.raises(OperationalError):
            media_erase(user=owner, camera=camera)

    assert noted(camera).changes_dict == {"pictures": [5, 3]}
    assert media_erase(user=owner, camera=camera).removed == 3
    assert stored(folder) == set()


@pytest.mark.parametrize("pictures", [1, 50])
def test_an_erasure_asks_as_often_for_many(
    camera: Camera, owner: User, django_assert_num_queries: DjangoAssertNumQueries, *, pictures: int
) -> None:
    """STYLE 10: role, count, step, row, end, and the entry of the audit log."""
    for _ in range(pictures):
        pictured(camera, START)

    with django_assert_num_queries(7):
        media_erase(user=owner, camera=camera)
