"""Configuration as code: what is exported is what is in force, and is put in force as it stands (API-7)."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cameras.models import Camera, SettingsVersion, Site
from cameras.services.removal import camera_delete
from cameras.services.site import site_create, site_remove, site_update
from notifications.models import MqttServer
from portal.accounts.models import User
from portal.common.models import AuditEntry
from portal.configuration.plan import configuration_apply, configuration_export, configuration_plan
from tests.factories import CameraFactory

TEXTS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=20).map(str.strip).filter(bool)
ODD = ["null", "true", "12", "a: b", "- x", "# no", "secrets", "Extensions", "url", "\u2028x", "日本"]
NAMES = st.lists(TEXTS | st.sampled_from(ODD), max_size=4)
POINTS = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(list)


@st.composite
def cameras(draw: st.DrawFn) -> list[dict[str, object]]:
    """What a camera can be told of itself, with names that are told apart."""
    names = draw(NAMES.map(lambda found: list(dict.fromkeys(found))))
    return [
        {
            "name": name,
            "url": f"scene:?seed={number}",
            "fps": draw(st.floats(0.5, 30)),
            "enabled": draw(st.booleans()),
            "rotation": draw(st.sampled_from([0, 90, 180, 270])),
            "deactivation_s": draw(st.integers(5, 600)),
        }
        for number, name in enumerate(names)
    ]


@contextmanager
def taken_back() -> Iterator[None]:
    """What is done within is not there afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def empty(site: Site) -> None:
    """The portal loses the site and its MQTT server."""
    for camera in Camera.objects.filter(site=site):
        camera_delete(camera=camera)
    site_remove(site=site)
    MqttServer.objects.all().delete()


def test_a_plan_on_what_is_unchanged_is_empty(administrator: User, harbour: Site) -> None:
    """API-7: the file of now changes nothing, with and without the right to take away."""
    text = configuration_export(user=administrator)

    assert configuration_plan(user=administrator, text=text).changes == []
    assert configuration_plan(user=administrator, text=text, prune=True).changes == []


def test_what_was_exported_comes_back_the_same_in_an_empty_portal(administrator: User, harbour: Site) -> None:
    """API-7: export, apply elsewhere, export: the same file, but for the address whose credentials nobody knows."""
    text = configuration_export(user=administrator).replace("?token=***", "?token=given-by-hand")
    empty(harbour)

    configuration_apply(user=administrator, text=text)

    assert configuration_export(user=administrator) == text.replace("given-by-hand", "***")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=cameras(), name=TEXTS, days=st.integers(1, 732))
def test_whatever_is_set_comes_back(administrator: User, made: list[dict[str, object]], name: str, days: int) -> None:
    """API-7: of made configurations the same holds, whatever people call their things."""
    with taken_back():
        site = site_update(site=site_create(name=name), media_days=days)
        for one in made:
            CameraFactory(site=site, **one)
        text = configuration_export(user=administrator)

        assert configuration_plan(user=administrator, text=text, prune=True).changes == []
        empty(site)
        configuration_apply(user=administrator, text=text)

        assert configuration_export(user=administrator) == text


def test_a_file_put_in_force_twice_changes_nothing_the_second_time(administrator: User, harbour: Site) -> None:
    """API-7: no version, no audit entry, nothing written; nor by the file that is exported then."""
    text = configuration_export(user=administrator).replace('"Door"', '"Front door"')
    text = text.replace("rotation: 180", "rotation: 0")
    first = {change.path for change in configuration_apply(user=administrator, text=text).changes}
    written = traces()

    again = configuration_apply(user=administrator, text=text)
    other = configuration_apply(user=administrator, text=configuration_export(user=administrator), prune=True)

    assert {"sites.harbour.cameras.door.name", "sites.harbour.cameras.door.rotation"} <= first
    assert (again.changes, other.changes, traces()) == ([], [], written)


def traces() -> tuple[object, ...]:
    """What every change leaves behind."""
    versions = list(Camera.objects.order_by("pk").values_list("version", flat=True))
    return AuditEntry.objects.count(), SettingsVersion.objects.count(), versions


def test_what_is_unchanged_costs_no_query_of_its_own(administrator: User, harbour: Site) -> None:
    """API-7: a plan of a thousand cameras of which one differs asks as often as one of two cameras."""
    counts = []
    for turn in range(2):
        text = configuration_export(user=administrator).replace('"Door"', '"Front door"')
        with CaptureQueriesContext(connection) as seen:
            configuration_plan(user=administrator, text=text)
        counts.append(len(seen))
        for number in range(10):
            CameraFactory(site=harbour, name=f"Other {turn}.{number}")

    assert counts[0] == counts[1]


@pytest.mark.parametrize("secret", ["of the camera", "of the broker", "of-the-recorder"])
def test_no_secret_is_in_a_file(administrator: User, harbour: Site, secret: str) -> None:
    """API-7, DESIGN 7: a file goes where everybody reads it."""
    text = configuration_export(user=administrator)

    assert secret not in text
    assert 'password: "keep"' in text
