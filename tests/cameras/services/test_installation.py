"""An extension put on a camera and taken off again (EXT-1)."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from analytics.models import Alarm, CountMinute
from analytics.news import END
from analytics.signals import alarm_changed
from cameras.extensions.nonmask import NonmaskSettings
from cameras.models import Camera, Extension, SettingsVersion, Site
from cameras.services.extension import extension_update
from cameras.services.installation import extension_add, extension_refusal, extension_uninstall
from cameras.signals import camera_changed, extension_removed
from portal.accounts.models import User
from portal.common.models import AuditEntry
from tests.factories import AlarmFactory, CameraFactory


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Quay")


@pytest.fixture
def extension(camera: Camera) -> Extension:
    """With a secret and a history."""
    return extension_update(extension=camera.extensions.get(), secrets={"mqtt_password": "s3cret"}, settings={})


def test_everything_of_it_goes_and_what_was_counted_stays(extension: Extension, camera: Camera, owner: User) -> None:
    """EXT-1: settings, secrets and versions; counts and alarms are the camera's."""
    minute = datetime(2026, 1, 1, tzinfo=UTC)
    CountMinute.objects.create(camera=camera, area_number=1, minute=minute, minimum=0, maximum=2, mean=1, last=1)
    AlarmFactory(camera=camera)
    extension_uninstall(extension=extension, user=owner)

    assert not Extension.objects.exists()
    assert not SettingsVersion.objects.exists()
    assert (CountMinute.objects.count(), Alarm.objects.count()) == (1, 1)
    assert Camera.objects.get() == camera


def test_its_open_alarms_end_with_the_reason_and_are_told(extension: Extension, camera: Camera, owner: User) -> None:
    """SPEC 4.11: uninstalled; an end that was there before stays, another extension's alarm goes on."""
    opened, over = AlarmFactory(camera=camera), AlarmFactory(camera=camera)
    other = AlarmFactory(camera=camera, extension="nonmask")
    Alarm.objects.filter(pk=over.pk).update(ended_at=over.started_at, end_reason="count")
    heard = []

    def hear(alarm: Alarm, event: str, **_signal: object) -> None:
        heard.append((alarm.pk, event))

    alarm_changed.connect(hear)
    extension_uninstall(extension=extension, user=owner)
    alarm_changed.disconnect(hear)

    reasons = {alarm.pk: alarm.end_reason for alarm in Alarm.objects.all()}
    assert reasons == {opened.pk: "uninstalled", over.pk: "count", other.pk: ""}
    assert heard == [(opened.pk, END)]


def test_the_worker_is_told_by_the_version_of_the_camera(
    extension: Extension, camera: Camera, owner: User, django_capture_on_commit_callbacks
) -> None:
    """EXT-7: it looks into the database, and finds that it is not wanted any more."""
    told = []

    def hear(camera_id: int, version: int, **_signal: object) -> None:
        told.append((camera_id, version))

    before = Camera.objects.get(pk=camera.pk).version
    camera_changed.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        extension_uninstall(extension=extension, user=owner)
    camera_changed.disconnect(hear)

    assert told == [(camera.pk, before + 1)]


def test_who_refuses_keeps_the_extension(extension: Extension, camera: Camera, owner: User) -> None:
    """EXT-1: nothing half done: its alarm goes on, too."""
    alarm = AlarmFactory(camera=camera)

    def refuse(**_signal: object) -> None:
        raise ValueError("not now")

    extension_removed.connect(refuse)
    with pytest.raises(ValueError, match="not now"):
        extension_uninstall(extension=extension, user=owner)
    extension_removed.disconnect(refuse)

    assert Extension.objects.filter(pk=extension.pk).exists()
    assert Alarm.objects.get(pk=alarm.pk).ended_at is None


def test_a_second_time_changes_nothing(extension: Extension, camera: Camera, owner: User) -> None:
    """EXT-1: two people press the button at once."""
    extension_uninstall(extension=extension, user=owner)
    version = Camera.objects.get(pk=camera.pk).version
    extension_uninstall(extension=extension, user=owner)

    assert Camera.objects.get(pk=camera.pk).version == version


def test_installed_again_it_begins_anew(extension: Extension, camera: Camera, owner: User) -> None:
    """EXT-1: with defaults, without the old secrets."""
    extension_uninstall(extension=extension, user=owner)
    again = extension_add(camera=camera, kind="occupancy", user=owner, network="mine")

    assert (again.network, again.secrets, again.version) == ("mine", "", 1)
    assert [one.reason for one in again.versions.all()] == ["Installed"]


def test_both_are_noted_with_who_did_it(extension: Extension, camera: Camera, owner: User) -> None:
    """SEC-5."""
    extension_uninstall(extension=extension, user=owner)
    extension_add(camera=camera, kind="occupancy", user=owner)

    entries = AuditEntry.objects.filter(content_type__model="extension", actor=owner)
    actions = set(entries.values_list("action", flat=True))
    assert {AuditEntry.Action.CREATE, AuditEntry.Action.DELETE} <= actions


@pytest.mark.parametrize(
    ("rotation", "why"),
    [
        (90, "AI non-mask detection runs at 0 and 180 degrees only; this picture is turned by 90."),
        (270, "AI non-mask detection runs at 0 and 180 degrees only; this picture is turned by 270."),
    ],
)
def test_non_mask_detection_is_refused_with_the_reason(site: Site, owner: User, rotation: int, why: str) -> None:
    """CAM-4, EXT-1: and nothing is installed."""
    camera = CameraFactory(site=site, rotation=rotation, occupancy=False)

    assert extension_refusal(camera=camera, kind="nonmask") == why
    with pytest.raises(ValidationError) as refused:
        extension_add(camera=camera, kind="nonmask", user=owner)
    assert refused.value.messages == [why]
    assert not Extension.objects.exists()


@pytest.mark.parametrize("rotation", [0, 180])
def test_non_mask_detection_begins_beside_the_other(site: Site, owner: User, rotation: int) -> None:
    """EXT-1, EXT-3, MASK-1: with settings of its own, and without any being asked for."""
    camera = CameraFactory(site=site, rotation=rotation)
    extension = extension_add(camera=camera, kind="nonmask", user=owner)

    assert {one.kind for one in camera.extensions.all()} == {"occupancy", "nonmask"}
    assert extension.whole() == NonmaskSettings()
    assert extension.settings == NonmaskSettings().to_json()
