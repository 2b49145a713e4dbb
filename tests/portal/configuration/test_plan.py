"""Configuration as code: what a plan shows, that exactly this is done, and what is refused (API-7)."""

import pytest
from django.core.exceptions import PermissionDenied

from cameras.models import Camera, Membership, Site
from cameras.services.camera import camera_update
from cameras.services.secret import secrets_read
from notifications.models import Destination, MqttServer
from notifications.services.mqtt_route import mqtt_server_secrets
from portal.accounts.models import User
from portal.common.models import AuditEntry
from portal.configuration.errors import ConfigurationError, PlanChangedError
from portal.configuration.plan import configuration_apply, configuration_export, configuration_plan
from tests.factories import AlarmFactory

DOOR = "sites.harbour.cameras.door"
SOME = """version: 1
sites:
  harbour:
    cameras:
      door:
        name: Front door
        extensions:
          occupancy:
            settings:
              areas: [{number: 1, name: Queue, count_threshold: 7}]
"""


def shown(user: User, text: str, *, prune: bool = False) -> list[tuple[str, str, object, object]]:
    plan = configuration_plan(user=user, text=text, prune=prune)
    return [(one.action, one.path, one.before, one.after) for one in plan.changes]


def refused(user: User, text: str) -> list[tuple[int, str, str]]:
    """Line, path and words of each fault."""
    with pytest.raises(ConfigurationError) as caught:
        configuration_plan(user=user, text=text)
    return [(one.line, one.path, one.detail) for one in caught.value.faults]


def test_a_plan_shows_each_value_from_what_to_what_and_does_nothing(administrator: User, harbour: Site) -> None:
    """API-7: a few lines are enough; what they leave out stays."""
    before = configuration_export(user=administrator)

    changes = shown(administrator, SOME)

    assert ("change", f"{DOOR}.name", "Door", "Front door") in changes
    place = f"{DOOR}.extensions.occupancy.settings.areas[0]"
    assert ("change", f"{place}.count_threshold", 5, 7) in changes
    assert ("change", f"{place}.name", "Area 1", "Queue") in changes
    assert len(changes) == 3
    assert configuration_export(user=administrator) == before


def test_a_rename_by_key_keeps_the_camera_and_its_history(administrator: User, harbour: Site) -> None:
    """API-7: the row is the same, with its alarms; its name in the file may change as often as anybody likes."""
    camera = Camera.objects.get(key="door")
    alarm = AlarmFactory(camera=camera)

    configuration_apply(user=administrator, text=SOME)

    camera.refresh_from_db()
    alarm.refresh_from_db()
    assert (camera.name, camera.key, alarm.camera_id) == ("Front door", "door", camera.pk)


def test_only_with_prune_does_anything_go(administrator: User, harbour: Site) -> None:
    """API-7: and then only from lists that the file has."""
    gone = ("delete", "sites.harbour.cameras.hall", None, None)

    assert gone not in shown(administrator, SOME)
    changes = shown(administrator, SOME, prune=True)

    assert gone in changes
    assert ("delete", f"{DOOR}.extensions.nonmask", None, None) in changes
    assert not [path for _action, path, *_values in changes if "destinations" in path or "members" in path]


def test_what_is_applied_is_what_the_plan_showed(administrator: User, harbour: Site) -> None:
    """API-7: somebody else's change in between is not written over: 409, and nothing is done."""
    plan = configuration_plan(user=administrator, text=SOME)
    camera_update(camera=Camera.objects.get(key="door"), name="Gate")

    with pytest.raises(PlanChangedError) as caught:
        configuration_apply(user=administrator, text=SOME, digest=plan.digest)

    assert Camera.objects.get(key="door").name == "Gate"
    assert caught.value.facts["digest"] == configuration_plan(user=administrator, text=SOME).digest
    done = configuration_apply(user=administrator, text=SOME, digest=str(caught.value.facts["digest"]))
    assert Camera.objects.get(key="door").name == "Front door"
    assert len(done.changes) == 3


def test_a_new_site_comes_with_all_that_is_in_it(administrator: User, harbour: Site) -> None:
    """API-7: objects that are made are named one by one; the secret of a new webhook is told once."""
    text = """version: 1
sites:
  depot:
    name: Depot
    escalation_min: 3
    members: {root: operator}
    cameras:
      yard: {name: Yard, url: "scene:?seed=4", extensions: {nonmask: {}}}
    destinations:
      hook: {name: Hook, kind: webhook, camera: yard, config: {url: "https://192.0.2.1/h"}}
"""

    plan = configuration_apply(user=administrator, text=text)

    made = ["depot", "depot.members.root", "depot.cameras.yard", "depot.cameras.yard.extensions.nonmask"]
    paths = [f"sites.{one}" for one in (*made, "depot.destinations.hook")]
    assert [(one.action, one.path) for one in plan.changes] == [("create", path) for path in paths]
    assert plan.made["sites.depot.destinations.hook"]["secret"].startswith("whsec_")
    assert [one.kind for one in Camera.objects.get(key="yard").extensions.all()] == ["nonmask"]
    assert Destination.objects.get(key="hook").camera == Camera.objects.get(key="yard")
    assert AuditEntry.objects.filter(object_repr="Depot", actor=administrator).exists()


def test_every_fault_is_told_with_line_path_value_and_what_was_expected(administrator: User, harbour: Site) -> None:
    """API-7: all at once; names that nobody knows with the nearest one; nothing is changed."""
    form = "version: 1\nsites:\n  harbour:\n    tme_zone: UTC\n    cameras:\n      door:\n        fps: fast\n"
    meaning = (
        "version: 1\nsites:\n  harbour:\n    time_zone: Mars/Base\n  pier:\n    name: Pier\n    members:\n"
        "      nobody: viewer\n      root: king\n    cameras:\n      a:\n        url: scene:?seed=1\n"
    )

    assert refused(administrator, form) == [
        (4, "sites.harbour.tme_zone", "There is no “tme_zone” here; “time_zone” is the nearest."),
        (7, "sites.harbour.cameras.door.fps", '"fast" was given; a number is expected.'),
    ]
    assert [(line, path) for line, path, _detail in refused(administrator, meaning)] == [
        (4, "sites.harbour.time_zone"),
        (8, "sites.pier.members.nobody"),
        (9, "sites.pier.members.root"),
        (11, "sites.pier.cameras.a.name"),
    ]
    assert not Site.objects.filter(key="pier").exists()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("version: 1\nsites: {a: &x {name: b}, c: *x}\n", 2, "references are not read", id="alias"),
        pytest.param("version: 1\nversion: 1\n", 2, "there twice", id="twice"),
        pytest.param("version: 2\n", 1, "reads version 1", id="another version"),
        pytest.param("sites: {}\n", 1, "reads version 1", id="no version"),
        pytest.param("version: 1\nsites: {-a: {}}\n", 2, "begins with no mark", id="no key"),
        pytest.param("version: 1\nsites: {12: {}}\n", 2, "in quotes", id="a number as key"),
        pytest.param("version: 1\nsites: []\n", 2, "names and values", id="a list"),
        pytest.param("#" * 2_000_001, 1, "more than 2000000 bytes", id="too large"),
        pytest.param("[" * 5000, 1, "no YAML", id="too deep"),
    ],
)
def test_what_is_no_file_of_ours_is_refused(administrator: User, text: str, line: int, words: str) -> None:
    """API-7, SEC-6: bounded in size and without references, whatever it is."""
    ((found, _path, detail),) = refused(administrator, text)

    assert (found, words in detail) == (line, True), detail


def test_a_setting_that_does_not_fit_is_named_as_the_form_names_it(administrator: User, harbour: Site) -> None:
    """API-7: the services check, so a file is refused for what a form is refused for."""
    ((line, path, detail),) = refused(administrator, SOME.replace("threshold: 7", "threshold: 70"))

    assert (line, path) == (10, f"{DOOR}.extensions.occupancy.settings.areas[0].count_threshold")
    assert "70" in detail
    assert "1 to 40" in detail


def test_secrets_come_from_the_machine_only_where_it_is_ones_own(
    administrator: User, harbour: Site, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    """API-7, DESIGN 7: an environment variable or a file, by the command; the API could be used to read them."""
    monkeypatch.setenv("DOOR_PASSWORD", "of another camera")
    (tmp_path / "broker").write_text("of another broker\n")
    text = (
        "version: 1\nsites:\n  harbour:\n    cameras:\n      door: {secrets: {password: {env: DOOR_PASSWORD}}}\n"
        f'    mqtt_server: {{secrets: {{password: {{file: "{tmp_path}/broker"}}}}}}\n'
    )

    faults = refused(administrator, text)
    plan = configuration_apply(user=administrator, text=text, local=True)

    assert {path for _line, path, _detail in faults} == {
        f"{DOOR}.secrets.password",
        "sites.harbour.mqtt_server.secrets.password",
    }
    assert {(one.before, one.after) for one in plan.changes} == {("***", "***")}
    assert Camera.objects.get(key="door").password == "of another camera"  # made up above
    assert mqtt_server_secrets(MqttServer.objects.get(site=harbour)) == {"password": "of another broker"}
    assert configuration_apply(user=administrator, text=text, local=True).changes == []


def test_what_is_kept_stays_and_follows_no_other_server(administrator: User, harbour: Site) -> None:
    """API-7, SEC-4: a stored password is never sent to the address that a file names."""
    camera = Camera.objects.get(key="door")
    camera_update(camera=camera, url="rtsp://192.0.2.1/live")
    text = configuration_export(user=administrator)
    configuration_apply(user=administrator, text=text.replace("fps: 5.0", "fps: 6.0"))

    ((_line, path, detail),) = refused(administrator, text.replace("192.0.2.1/live", "192.0.2.9/live"))

    camera.refresh_from_db()
    assert (camera.password, camera.fps) == ("of the camera", 6.0)
    assert path == f"{DOOR}.password"
    assert "another place" in detail
    assert secrets_read(camera.extensions.get(kind="occupancy")) == {}


def test_a_hidden_credential_means_nothing_where_nothing_is_stored(administrator: User, harbour: Site) -> None:
    """API-7: *** never becomes a part of an address."""
    text = configuration_export(user=administrator).replace("      recorder:", "      other:")

    assert "sites.harbour.destinations.other.config.url" in {
        path for _line, path, _detail in refused(administrator, text)
    }


def test_what_cannot_become_another_is_refused(administrator: User, harbour: Site) -> None:
    """API-7: kind and camera of a destination are what it is."""
    text = configuration_export(user=administrator).replace('camera: "door"', "camera: null")

    ((_line, path, detail),) = refused(administrator, text)

    assert path == "sites.harbour.destinations.mails.camera"
    assert "a key of its own" in detail


def test_people_come_and_go_by_name(administrator: User, harbour: Site) -> None:
    """API-7: roles only; who is no longer named keeps the account."""
    text = configuration_export(user=administrator)
    configuration_apply(user=administrator, text=text.replace('org": "viewer"', 'org": "operator"'))
    assert Membership.objects.get(site=harbour).role == "operator"

    others = text.replace('"anna@example.org": "viewer"', "root: viewer")
    configuration_apply(user=administrator, text=others, prune=True)

    assert [one.user for one in Membership.objects.filter(site=harbour)] == [administrator]
    assert User.objects.filter(username="anna@example.org").exists()


def test_only_administrators_of_the_portal_may(owner: User) -> None:
    """SEC-1: a file is about every site."""
    for do in (configuration_plan, configuration_apply):
        with pytest.raises(PermissionDenied):
            do(user=owner, text="version: 1\n")
    with pytest.raises(PermissionDenied):
        configuration_export(user=owner)
