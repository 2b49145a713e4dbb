"""MQTT servers that cameras inherit, and who inherits which (OUT-3)."""

import json

import pytest
from django.db import connection

from cameras.extensions.problems import SettingsError
from cameras.models import Camera, Extension, Site
from cameras.services.secret import secrets_change
from notifications.models import MqttServer
from notifications.services.mqtt_route import (
    NoServerError,
    broker_of,
    extension_of,
    link_id,
    link_of,
    mqtt_server_secrets,
    servers_of,
)
from notifications.services.mqtt_server import mqtt_secrets_set, mqtt_server_remove, mqtt_server_set
from portal.common.models import AuditEntry
from tests.factories import CameraFactory, SiteFactory

pytestmark = pytest.mark.django_db

HOST = {"host": "mqtt.example"}


def broker(camera: Camera):
    site_id = camera.site_id
    return broker_of(extension_of(camera.pk), site_id=site_id, servers=servers_of([site_id]))


def camera_with(site: Site, **server: object) -> Camera:
    return CameraFactory(site=site, occupancy={"mqtt": {"server": server}})


def test_the_nearest_server_holds(site: Site) -> None:
    """OUT-3: camera, site, portal."""
    camera = CameraFactory(site=site)
    with pytest.raises(NoServerError, match="no MQTT server is set"):
        broker(camera)
    mqtt_server_set(site=None, config={"host": "of.portal"})
    assert broker(camera).host == "of.portal"
    mqtt_server_set(site=site, config={"host": "of.site", "last_will_topic": "{site}/will"})
    assert (broker(camera).host, broker(camera).will_topic) == ("of.site", f"{site.pk}/will")
    assert broker(CameraFactory(site=SiteFactory())).host == "of.portal"
    own = camera_with(site, own=True, host="of.camera", last_will_topic="{site}/{camera}")

    assert (broker(own).host, broker(own).will_topic) == ("of.camera", f"{site.pk}/{own.pk}")


def test_a_blank_client_id_is_made_and_stays_short(site: Site) -> None:
    """OUT-3; MQTT 3.1.1, 3.1.3.1: a broker need not take more than 23 signs."""
    mqtt_server_set(site=None, config=HOST)
    mqtt_server_set(site=site, config=HOST)
    cameras = CameraFactory(), CameraFactory(site=site), camera_with(site, own=True, **HOST)
    ids = [broker(camera).client_id for camera in cameras]

    assert len(set(ids)) == 3
    assert all(len(one) <= 23 for one in ids)


def test_who_has_the_same_server_shares_a_connection_and_nobody_elses_password(site: Site) -> None:
    """OUT-3, SEC-1: an administrator of a site cannot send over a connection that another password opened."""
    server = {"own": True, "host": "MQTT.example", "client_id": "same", "user": "guard"}
    one, same, other = (camera_with(site, **server) for _ in range(3))
    extension = Extension.objects.get(camera=other)
    secrets_change(extension, {"mqtt_password": "planted-secret"})
    extension.save()
    links = [link_of(camera_id=camera.pk, site_id=site.pk) for camera in (one, same, other)]

    assert links[0] == links[1] != links[2]
    assert "planted-secret" not in repr(broker(other))
    assert broker(other).password == "planted-secret"
    assert link_id(broker(other)) == links[2]


def test_a_camera_that_is_gone_inherits_still(site: Site) -> None:
    """SPEC 7: its last messages go by the server of its site."""
    mqtt_server_set(site=site, config=HOST)
    camera = CameraFactory(site=site)
    link = link_of(camera_id=camera.pk, site_id=site.pk)
    camera.delete()

    assert link_of(camera_id=camera.pk or 0, site_id=site.pk) == link


def test_there_is_one_server_of_each(site: Site) -> None:
    """OUT-3: set again, it is changed."""
    for host in ("a.example", "b.example"):
        mqtt_server_set(site=site, config={"host": host})
        mqtt_server_set(site=None, config={"host": host})

    assert [str(one) for one in MqttServer.objects.all()] == ["b.example"] * 2
    mqtt_server_remove(server=MqttServer.objects.get(site=site))
    assert MqttServer.objects.get().scope == MqttServer.Scope.PORTAL


@pytest.mark.parametrize(
    ("of_site", "config", "path", "words"),
    [
        pytest.param(True, {}, "host", "needs a host", id="no host"),
        pytest.param(True, {"host": "a", "port": 0}, "port", "1 to 65535", id="port"),
        pytest.param(True, {"host": "a", "last_will_topic": "{camera}"}, "last_will_topic", "{camera}", id="camera"),
        pytest.param(False, {"host": "a", "last_will_topic": "{site}"}, "last_will_topic", "{site}", id="site"),
        pytest.param(True, {"host": "a", "colour": "red"}, "colour", "no such setting", id="unknown"),
    ],
)
def test_bad_settings_are_named(site: Site, of_site: bool, config: dict[str, object], path: str, words: str) -> None:
    """OUT-3: field, value, what was expected; nothing is written."""
    with pytest.raises(SettingsError) as refused:
        mqtt_server_set(site=site if of_site else None, config=config)
    (problem,) = refused.value.problems

    assert problem.path == path
    assert words in problem.message
    assert not MqttServer.objects.exists()


def test_secrets_go_in_only_and_leave_with_their_server(site: Site) -> None:
    """SPEC 7: encrypted, not in the audit log; nobody may aim a password at a server of their own."""
    given = {"password": "planted-secret", "client_key": "-----BEGIN"}
    server = mqtt_server_set(site=site, config=HOST, secrets=given)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM notifications_mqttserver")
        (stored,) = cursor.fetchone()
    assert "planted-secret" not in stored
    assert mqtt_secrets_set(server) == {"password": True, "client_key": True}
    server = mqtt_server_set(site=site, config={**HOST, "keep_alive_s": 30}, secrets={"client_key": ""})
    assert mqtt_server_secrets(server) == {"password": "planted-secret"}
    server = mqtt_server_set(site=site, config={"host": "mine.example"})

    assert mqtt_server_secrets(server) == {}
    assert "planted-secret" not in json.dumps([entry.changes for entry in AuditEntry.objects.all()])


def test_a_bad_secret_is_refused_without_repeating_it(site: Site) -> None:
    """SPEC 7."""
    with pytest.raises(SettingsError) as refused:
        mqtt_server_set(site=site, config=HOST, secrets={"client_key": "plänted", "passwort": "planted"})

    assert [problem.path for problem in refused.value.problems] == ["secrets.client_key", "secrets.passwort"]
    assert not any("planted" in problem.message or "plänted" in problem.message for problem in refused.value.problems)
