"""Tabs of a camera, or of a profile, put on many cameras (EXT-5)."""

import pytest
from django.core.exceptions import ValidationError

from cameras.extensions.occupancy import SettingsError
from cameras.models import Camera, Extension, Profile, Role, Site
from cameras.selectors import extension_list
from cameras.services.extension import extension_update
from cameras.services.profile import (
    part_apply,
    part_of_extension,
    part_of_profile,
    part_preview,
    profile_apply,
    profile_create,
    settings_copy,
)
from cameras.services.secret import secrets_read
from portal.accounts.models import User
from portal.common.models import AuditEntry
from tests.factories import CameraFactory

TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]
RICH = {
    "areas": [{"number": 1, "polygon": TRIANGLE, "name": "Gate"}],
    "http": {"destinations": [{"address": "a.example", "port": 81}]},
    "mqtt": {"topic": "own", "server": {"host": "broker.example", "client_id": "gate"}},
    "csv": True,
}


@pytest.fixture
def source(site: Site) -> Extension:
    extension = CameraFactory(site=site, name="Gate", occupancy=RICH).extensions.get()
    return extension_update(extension=extension, secrets={"http_password_1": "hush-hush"})


@pytest.fixture
def targets(site: Site, owner: User, source: Extension) -> list[Extension]:
    CameraFactory.create_batch(3, site=site, deactivation_s=9)
    return list(extension_list(user=owner).exclude(pk=source.pk).order_by("pk"))


def now(extension: Extension) -> Extension:
    return Extension.objects.get(pk=extension.pk)


def test_only_the_chosen_tabs_are_copied(source: Extension, targets: list[Extension], owner: User) -> None:
    """EXT-5: to many cameras; each gets its version and its entry."""
    outcomes = settings_copy(extension=source, to=targets, tabs=["http", "detail"], user=owner)
    settings = [now(target).occupancy() for target in targets]

    assert [outcome.error for outcome in outcomes] == [None] * 3
    assert all(one.csv and one.http.destinations[0].port == 81 for one in settings)
    assert all(one.areas[0].name == "Area 1" and one.mqtt.topic != "own" for one in settings)
    assert all(target.versions.get(number=2).reason == "Copied from Gate" for target in targets)
    assert AuditEntry.objects.filter(action=AuditEntry.Action.UPDATE, actor=owner).count() == 3


def test_secrets_and_client_ids_are_not_copied(source: Extension, targets: list[Extension], owner: User) -> None:
    """DESIGN 7, OUT-3: a copy carries neither."""
    settings_copy(extension=source, to=targets, tabs=["http", "mqtt"], user=owner)

    assert all(secrets_read(now(target)) == {} for target in targets)
    assert all(now(target).occupancy().mqtt.server.client_id == "" for target in targets)
    assert now(targets[0]).occupancy().mqtt.server.host == "broker.example"


def test_a_preview_says_what_would_change_and_changes_nothing(source: Extension, targets: list[Extension]) -> None:
    """EXT-5: difference shown before it is applied."""
    part = part_of_extension(extension=source, tabs=["detail"])

    previews = part_preview(part=part, to=targets)

    assert [[one.path for one in preview.differences] for preview in previews] == [["csv"]] * 3
    assert all(preview.warning == "" for preview in previews)
    assert all(now(target).version == 1 for target in targets)


@pytest.mark.parametrize(
    ("source_aspect", "target_aspect", "warning"),
    [
        (16 / 9, 16 / 9, ""),
        (1920 / 1080, 640 / 368, "differ in shape"),
        (1920 / 1080, 640 / 362, ""),
        (16 / 9, 4 / 3, "The pictures differ in shape (1.78:1 and 1.33:1); areas will lie elsewhere."),
        (16 / 9, None, "not known"),
        (None, 16 / 9, "not known"),
    ],
)
def test_pictures_of_another_shape_are_warned_of(
    source: Extension, targets: list[Extension], source_aspect: float, target_aspect: float, warning: str
) -> None:
    """EXT-5: areas are fractions of the picture; only the tab that has them warns."""
    aspects = {targets[0].camera_id: target_aspect}
    with_areas = part_of_extension(extension=source, tabs=["basic"], aspect=source_aspect)
    without = part_of_extension(extension=source, tabs=["http"], aspect=source_aspect)

    [preview] = part_preview(part=with_areas, to=targets[:1], aspects=aspects)
    [silent] = part_preview(part=without, to=targets[:1], aspects=aspects)

    assert warning in preview.warning
    assert bool(preview.warning) == bool(warning)
    assert silent.warning == ""


def test_a_profile_keeps_tabs_under_a_name(source: Extension, targets: list[Extension], owner: User) -> None:
    """EXT-5: named profiles; what the camera does later is not the profile's."""
    profile = profile_create(extension=source, name=" Gates ", tabs=["detail", "basic"], user=owner, aspect=1.5)
    extension_update(extension=source, user=owner, settings={})

    outcomes = profile_apply(profile=Profile.objects.get(), to=targets, user=owner)

    assert (profile.name, profile.tabs, profile.site, profile.made_by) == (
        "Gates",
        ["basic", "detail"],
        source.camera.site,
        owner,
    )
    assert "hush-hush" not in str(Profile.objects.values())
    assert all(outcome.extension.occupancy().areas[0].name == "Gate" for outcome in outcomes)
    assert targets[0].versions.get(number=2).reason == "Profile “Gates”"
    assert part_of_profile(profile=profile).aspect == 1.5


def test_some_tabs_of_a_profile_can_be_chosen(source: Extension, targets: list[Extension], owner: User) -> None:
    """EXT-5: those that are not in it are not applied."""
    profile = profile_create(extension=source, name="Gates", tabs=["basic", "detail"], user=owner)

    profile_apply(profile=profile, to=targets[:1], user=owner, tabs=["detail", "http"])
    settings = now(targets[0]).occupancy()

    assert (settings.csv, settings.areas[0].name, settings.http.destinations[0].port) == (True, "Area 1", 443)


def test_a_profile_is_named_once_per_site(source: Extension, owner: User) -> None:
    """EXT-5: and not without a name, or without a tab."""
    profile_create(extension=source, name="Gates", tabs=["basic"], user=owner)

    for name in ("Gates", " ", "x" * 81):
        with pytest.raises(ValidationError):
            profile_create(extension=source, name=name, tabs=["basic"], user=owner)
    with pytest.raises(SettingsError):
        profile_create(extension=source, name="Doors", tabs=["all"], user=owner)


def test_what_changed_since_the_preview_is_not_lost(source: Extension, targets: list[Extension], owner: User) -> None:
    """EXT-5: only the chosen tabs are touched, whatever happened to the others while many are copied."""
    extension_update(extension=targets[0], settings={"mqtt": {"topic": "quay"}})
    targets[1].delete()

    outcomes = settings_copy(extension=source, to=targets, tabs=["detail"], user=owner)

    assert [bool(outcome.error) for outcome in outcomes] == [False, True, False]
    assert (now(targets[0]).occupancy().mqtt.topic, now(targets[0]).occupancy().csv) == ("quay", True)


def test_one_that_fails_stops_no_other(source: Extension, targets: list[Extension], owner: User) -> None:
    """EXT-1: nothing half applied; every other camera gets its settings."""
    part = part_of_extension(extension=source, tabs=["detail"])
    broken = part_of_extension(extension=source, tabs=["detail"])
    broken.settings["pause_reset_s"] = -1  # as an older release might have stored it

    assert all(one.error for one in part_apply(part=broken, to=targets, user=owner))
    assert not any(one.error for one in part_apply(part=part, to=targets, user=owner))


def test_cameras_to_change_are_those_that_one_administers(
    site: Site, source: Extension, owner: User, colleague: User, stranger: User
) -> None:
    """SEC-1, EXT-5: a viewer sees them and may change none."""
    everybody = (owner, colleague, stranger)

    assert [extension_list(user=user).count() for user in everybody] == [1, 1, 0]
    assert [extension_list(user=user, least=Role.ADMINISTRATOR).count() for user in everybody] == [1, 0, 0]
    assert Camera.objects.count() == 1
