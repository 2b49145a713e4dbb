"""The document of one camera: written, looked through, put in force."""

import pytest

from cameras.extensions.problems import SettingsError
from cameras.models import Camera, Extension, Site
from cameras.services.document import document_apply, document_plan, document_write
from cameras.services.extension import VersionConflictError, extension_update
from portal.accounts.models import User
from tests.factories import CameraFactory

TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]


@pytest.fixture
def camera(site: Site) -> Camera:
    areas = [{"number": 1}, {"number": 2, "polygon": TRIANGLE, "status": True, "count_threshold": 9}]
    return CameraFactory(site=site, name="Quay", occupancy={"areas": areas})


@pytest.fixture
def extension(camera: Camera) -> Extension:
    return camera.extensions.get()


def test_the_document_of_now_changes_nothing(extension: Extension) -> None:
    """EXT-5: written and looked through at once; it holds no secret."""
    extension_update(extension=extension, secrets={"mqtt_password": "hush-hush"}, schedule={"always": False})
    extension.refresh_from_db()
    text = document_write(extension=extension)

    assert text.startswith("# AI occupancy detection of Quay, ")
    assert "hush" not in text
    assert document_plan(extension=extension, text=text).differences == []


def test_a_part_is_a_document_too(extension: Extension, owner: User) -> None:
    """EXT-5: what is left out stays; areas meet by their number; it becomes a version with its reason."""
    text = "settings: {areas: [{number: 2, count_threshold: 12}], csv: true}\nnetwork: small"
    plan = document_plan(extension=extension, text=text)

    assert [(one.label, one.before, one.after) for one in plan.differences] == [
        ("Area 2 · Count threshold", 9, 12),
        ("Save count data as CSV", False, True),
        ("Network", "", "small"),
    ]
    changed = document_apply(extension=extension, plan=plan, user=owner)
    assert [area.count_threshold for area in changed.occupancy().areas] == [5, 12]
    assert (changed.network, changed.versions.get(number=2).reason) == ("small", "Read from a document")


def test_every_mistake_is_told_and_nothing_changed(extension: Extension) -> None:
    """SPEC 15: in the words of the form, each at its path."""
    text = """
settings: {areas: [{number: 2, count_threshold: 41}], pause_reset_s: soon}
schedule: {always: false, week: {mon: [["8", "25:00"]]}}
network: 7
secrets: {mqtt_password: x}
"""
    with pytest.raises(SettingsError) as refused:
        document_plan(extension=extension, text=text)

    assert [one.path for one in refused.value.problems] == [
        "secrets", "settings.pause_reset_s", "settings.areas[0].count_threshold", "schedule.week.mon[0]", "network",
    ]  # fmt: skip
    assert "Count threshold must be 1 to 40, not 41." in str(refused.value)


@pytest.mark.parametrize("text", ["settings: [1]", "settings:", "schedule: 7"])
def test_a_part_of_another_kind_is_refused(extension: Extension, text: str) -> None:
    """SPEC 15."""
    with pytest.raises(SettingsError) as refused:
        document_plan(extension=extension, text=text)

    assert refused.value.problems[0].path == text.partition(":")[0]


def test_settings_that_changed_meanwhile_are_not_overwritten(extension: Extension) -> None:
    """API-2: what was looked through is what is put in force, or nothing."""
    plan = document_plan(extension=extension, text="settings: {csv: true}")
    extension_update(extension=extension, settings={**extension.settings, "pause_reset_s": 9})

    with pytest.raises(VersionConflictError):
        document_apply(extension=extension, plan=plan, user=None)
    assert extension.versions.count() == 2
