"""Settings of an extension: changed with versions and audit entries, reset, restored; secrets beside them."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ValidationError
from django.db import connection
from pytest_django import Settings

from cameras.extensions.occupancy import OccupancySettings, SettingsError
from cameras.models import Camera, Extension, SettingsVersion, Site
from cameras.services.camera import camera_create, camera_update
from cameras.services.extension import (
    VersionConflictError,
    extension_reset,
    extension_restore,
    extension_update,
)
from cameras.services.history import settings_diff, version_diff
from cameras.services.secret import secrets_read, secrets_set
from portal.accounts.models import User
from portal.common.fields import UndecryptableError
from portal.common.models import AuditEntry
from tests.factories import CameraFactory, ProfileFactory

TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]
WEEK = {"always": False, "week": {"mon": [["08:00", "18:00"]]}, "exceptions": []}
SECRET = "hush-hush"


@pytest.fixture
def extension(site: Site) -> Extension:
    return CameraFactory(site=site).extensions.get()


def entries(extension: Extension) -> list[AuditEntry]:
    """What the audit log says about the settings of an extension, oldest first."""
    return list(AuditEntry.objects.get_for_object(extension).filter(action=AuditEntry.Action.UPDATE).order_by("pk"))


def test_a_change_is_a_version_and_an_entry_of_the_audit_log(extension: Extension, owner: User) -> None:
    """EXT-5: every change audited with who, when, before, after."""
    changed = extension_update(extension=extension, user=owner, settings={"pause_reset_s": 7}, reason="Noisy")
    first, second = SettingsVersion.objects.filter(extension=extension).order_by("number")
    [entry] = entries(extension)

    assert (first.number, first.made_by, first.made_at) == (1, None, extension.changed_at)
    assert (second.number, second.made_by, second.reason) == (2, owner, "Noisy")
    assert (first.settings["pause_reset_s"], second.settings["pause_reset_s"]) == (5, 7)
    assert changed.version == second.number
    assert entry.changes == {"pause_reset_s": [5, 7]}
    assert entry.actor == owner
    assert entry.additional_data == {
        "by": "owner",
        "site": extension.camera.site_id,
        "camera": extension.camera_id,
        "version": 2,
        "reason": "Noisy",
    }


def test_a_change_of_nothing_leaves_no_trace(extension: Extension, owner: User) -> None:
    """EXT-5: saving a form untouched."""
    extension_update(extension=extension, user=owner, settings={}, schedule={"always": True}, network="", secrets={})

    assert not entries(extension)
    assert not SettingsVersion.objects.exists()


def test_a_refused_change_leaves_no_trace(extension: Extension, owner: User) -> None:
    """OCC-21: a rejected save changes nothing; not its good half either."""
    with pytest.raises(SettingsError):
        extension_update(extension=extension, user=owner, settings={"pause_reset_s": 7}, schedule={"always": 5})

    assert Extension.objects.get(pk=extension.pk).settings == extension.settings
    assert not entries(extension)


def test_the_schedule_is_checked_and_kept_with_the_settings(extension: Extension, owner: User) -> None:
    """EXT-4, EXT-5: a problem of the schedule says so in its path."""
    with pytest.raises(SettingsError) as refused:
        extension_update(extension=extension, user=owner, schedule={"week": {"mon": [["8", "18:00"]]}})
    changed = extension_update(extension=extension, user=owner, schedule=WEEK)

    assert refused.value.problems[0].path == "schedule.week.mon[0]"
    assert changed.schedule["week"]["mon"] == [["08:00", "18:00"]]
    assert SettingsVersion.objects.get(number=2).schedule == changed.schedule
    assert list(entries(extension)[0].changes) == ["schedule"]


def test_a_network_is_noted_but_is_no_version_of_the_settings(extension: Extension, owner: User) -> None:
    """EXT-5: nothing of the settings differs."""
    changed = extension_update(extension=extension, user=owner, network="other")

    assert (changed.version, entries(extension)[0].changes) == (2, {"network": ["", "other"]})
    assert [version.number for version in SettingsVersion.objects.all()] == [1]


def test_somebody_elses_change_is_not_overwritten(extension: Extension, owner: User) -> None:
    """API-2: optimistic locking."""
    extension_update(extension=extension, user=owner, settings={"csv": True}, version=1)

    with pytest.raises(VersionConflictError) as conflict:
        extension_update(extension=extension, user=owner, settings={}, version=1)
    assert conflict.value.facts == {"version": 2}
    assert Extension.objects.get(pk=extension.pk).occupancy().csv


def test_secrets_lie_encrypted_beside_the_settings(extension: Extension, owner: User) -> None:
    """DESIGN 7: never in versions, never in the audit log, never readable in the database."""
    changed = extension_update(extension=extension, user=owner, secrets={"http_password_2": SECRET})
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM cameras_extension WHERE id = %s", [extension.pk])
        [stored] = cursor.fetchone()

    assert secrets_read(Extension.objects.get(pk=extension.pk)) == {"http_password_2": SECRET}
    assert secrets_set(changed)["http_password_2"]
    assert not secrets_set(changed)["http_password_1"]
    assert SECRET not in stored
    assert entries(extension)[0].changes == {"secrets.http_password_2": ["***", "***"]}
    assert SECRET not in str(list(AuditEntry.objects.values()) + list(SettingsVersion.objects.values()))


def test_a_secret_stays_until_another_or_none_is_given(extension: Extension, owner: User) -> None:
    """OUT-2: a form shows no password, so it sends none back."""
    extension_update(extension=extension, user=owner, secrets={"mqtt_password": SECRET, "http_password_1": "a"})
    extension_update(extension=extension, user=owner, settings={"csv": True})
    changed = extension_update(extension=extension, user=owner, secrets={"http_password_1": ""})

    assert secrets_read(changed) == {"mqtt_password": SECRET}
    assert changed.version == 4


def http(**destination: Any) -> dict[str, Any]:
    return {"http": {"destinations": [destination]}}


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        (http(address="a.example", port=80, path="/new"), True),
        (http(address="b.example"), False),
        (http(), False),
    ],
)
def test_a_password_is_for_the_server_that_it_was_given_for(
    extension: Extension, owner: User, after: dict[str, Any], kept: bool
) -> None:
    """OUT-2: nobody may aim a stored password at a server of their own."""
    secrets = {"http_password_1": SECRET}
    extension_update(extension=extension, user=owner, settings=http(address="a.example"), secrets=secrets)

    assert secrets_set(extension_update(extension=extension, user=owner, settings=after))["http_password_1"] is kept


def test_the_same_holds_for_the_broker(extension: Extension, owner: User) -> None:
    """OUT-3: unless the new password comes with the new host."""
    old, new = ({"mqtt": {"server": {"own": True, "host": host}}} for host in ("a.example", "b.example"))
    extension_update(extension=extension, settings=old, secrets={"mqtt_password": SECRET, "mqtt_client_key": "key"})

    changed = extension_update(extension=extension, user=owner, settings=new, secrets={"mqtt_password": "new"})

    assert secrets_read(changed) == {"mqtt_password": "new"}


def test_a_reset_restores_three_tabs_and_leaves_the_rest(site: Site, owner: User) -> None:
    """EXT-6: Basic, Connection and Detail; schedule, zones, deactivation time and MQTT server stay."""
    zone = {"objects": ["human"], "polygon": TRIANGLE}
    server = {"own": True, "host": "broker.example", "client_id": "quay"}
    camera = CameraFactory(
        site=site,
        deactivation_s=60,
        privacy_zones=[TRIANGLE],
        occupancy={
            "objects": ["vehicle"],
            "areas": [{"number": 1, "polygon": TRIANGLE, "name": "Gate"}],
            "ignore_zones": [zone],
            "bands": [{"count_thresholds": {"1": 9}}],
            "http": {"destinations": [{"address": "a.example", "transmission": True}]},
            "mqtt": {"server": server, "count_data": True, "topic": "own"},
            "csv": True,
        },
    )
    extension = camera.extensions.get()
    secrets = {"http_password_1": "a", "mqtt_password": "b"}
    extension_update(extension=extension, user=owner, schedule=WEEK, network="other", secrets=secrets)

    reset = extension_reset(extension=extension, user=owner)
    camera.refresh_from_db()

    assert reset.occupancy() == OccupancySettings.from_json({"ignore_zones": [zone], "mqtt": {"server": server}})
    assert (reset.schedule["week"]["mon"], reset.network) == ([["08:00", "18:00"]], "other")
    assert (camera.deactivation_s, camera.privacy_zones) == (60, [TRIANGLE])
    assert secrets_read(reset) == {"mqtt_password": "b"}


def test_an_earlier_version_comes_back_as_a_new_one(extension: Extension, owner: User) -> None:
    """EXT-5: with its schedule, and with the gap between areas that was allowed then (OCC-2)."""
    two = [{"number": 1}, {"number": 2, "polygon": TRIANGLE, "status": True}]
    extension_update(extension=extension, user=owner, settings={"areas": two}, schedule=WEEK)
    extension_update(extension=extension, user=owner, settings={"areas": two[1:]})
    extension_update(extension=extension, user=owner, settings={}, schedule={"always": True})

    restored = extension_restore(extension=extension, number=3, user=owner)

    assert [area.number for area in restored.occupancy().areas] == [2]
    assert (restored.version, restored.schedule["always"]) == (5, False)
    assert SettingsVersion.objects.get(number=5).reason == "Version 3 restored"


def test_a_version_of_another_camera_is_none_of_this_one(extension: Extension, owner: User) -> None:
    """EXT-5: numbers are counted per extension."""
    other = CameraFactory(site=extension.camera.site).extensions.get()
    extension_update(extension=other, user=owner, settings={"csv": True})

    with pytest.raises(SettingsVersion.DoesNotExist):
        extension_restore(extension=extension, number=2, user=owner)


def test_versions_are_compared_value_by_value(extension: Extension, owner: User) -> None:
    """EXT-5: compare; a version from before a setting existed has its default."""
    extension_update(extension=extension, user=owner, settings={"csv": True}, schedule=WEEK)
    old, new = SettingsVersion.objects.filter(extension=extension).order_by("number")

    found = [(one.path, one.before, one.after) for one in version_diff(old, new)]

    assert found == [("csv", False, True), ("schedule", {"always": True}, new.schedule)]
    assert settings_diff("occupancy", {}, old.settings) == []


def test_an_installed_extension_begins_its_history(site: Site) -> None:
    """EXT-1, EXT-5: with what it was installed with."""
    camera = camera_create(site=site, name="Quay", url="scene:", settings={"csv": True})

    [version] = SettingsVersion.objects.all()
    assert (version.number, version.settings["csv"], version.reason) == (1, True, "Installed")
    assert AuditEntry.objects.get_for_object(camera.extensions.get()).get().action == AuditEntry.Action.CREATE


def test_a_change_of_a_camera_is_noted_without_its_secrets(site: Site) -> None:
    """SEC-5, CAM-1: that the password changed, not to what; addresses without what their query gives away."""
    camera = CameraFactory(site=site, url="http://10.0.0.7/mjpg?pwd=letmein", password=SECRET)
    camera_update(camera=camera, fps=3, password="other-secret", url="http://10.0.0.7/jpg?pwd=letmein")

    [entry] = AuditEntry.objects.get_for_object(camera).filter(action=AuditEntry.Action.UPDATE)
    noted = str(list(AuditEntry.objects.values()))

    assert entry.changes == {
        "fps": [5.0, 3],
        "password": ["***", "***"],
        "url": ["http://10.0.0.7/mjpg?pwd=***", "http://10.0.0.7/jpg?pwd=***"],
    }
    assert not any(secret in noted for secret in (SECRET, "other-secret", "letmein"))


def test_what_was_removed_is_noted(site: Site) -> None:
    """SEC-5: cameras, their extensions, profiles."""
    camera, profile = CameraFactory(site=site), ProfileFactory(site=site)
    camera.delete()
    profile.delete()

    removed = AuditEntry.objects.filter(action=AuditEntry.Action.DELETE)
    assert {entry.content_type.model for entry in removed} == {"camera", "extension", "profile"}


def test_who_is_signed_in_stands_beside_every_change(camera: Camera, owner: User, signed_in) -> None:
    """SEC-5: also where the service is not told."""
    signed_in(owner).post(f"/cameras/{camera.pk}/thresholds/", {"picture": "colour", "head": "44"})

    assert entries(camera.extensions.get())[0].actor == owner


@pytest.fixture
def camera(extension: Extension) -> Camera:
    return extension.camera


def test_a_stored_mistake_is_found_before_it_is_saved(extension: Extension) -> None:
    """Issue 4: the model is checked by the same rules, and says the same sentence."""
    extension.settings = {"pause_reset_s": 601}

    with pytest.raises(ValidationError, match="Time to reset during pause must be 0 to 600 s"):
        extension.full_clean()


def test_a_lost_key_keeps_no_threshold_from_being_changed(
    extension: Extension, owner: User, settings: Settings
) -> None:
    """SPEC 15: what cannot be decrypted is not needed for it; only a change of the secrets says so."""
    Camera.objects.filter(pk=extension.camera_id).update(password=SECRET)
    extension_update(extension=extension, user=owner, secrets={"mqtt_password": SECRET})
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]

    assert extension_update(extension=extension, user=owner, settings={"csv": True}).version == 3
    with pytest.raises(UndecryptableError):
        extension_update(extension=extension, user=owner, secrets={"mqtt_password": ""})


def test_a_change_costs_few_queries(extension: Extension, owner: User, django_assert_max_num_queries) -> None:
    """Issue 4: 200 cameras in 20 s."""
    extension_update(extension=extension, user=owner, settings={"csv": True})

    with django_assert_max_num_queries(12):
        extension_update(extension=extension, user=owner, settings={"csv": False})
