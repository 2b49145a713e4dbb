"""The pages of the MQTT servers that cameras inherit (OUT-3; SEC-1)."""

import re
from typing import Any

import pytest

from cameras.models import Membership, Role, Site
from notifications.models import MqttServer
from notifications.services.mqtt_server import mqtt_secrets_set, mqtt_server_set
from portal.accounts.models import User
from tests.factories import UserFactory
from tests.portal.dashboard.reading import words

LIST, PORTAL = "/deliveries/mqtt/", "/deliveries/mqtt/portal/"
FORM = {
    "config.host": "broker.example",
    "config.port": "8883",
    "config.tls": "1",
    "config.keep_alive_s": "60",
    "config.user": "lookout",
    "secrets.password": "correct horse",
}


@pytest.fixture
def client(owner: User, signed_in) -> Any:
    return signed_in(owner)


def url_of(site: Site) -> str:
    return f"{LIST}sites/{site.pk}/"


def test_a_server_of_a_site_is_set_changed_and_removed(site: Site, client: Any) -> None:
    """OUT-3: its password goes in only, and is kept by a change that leaves it blank."""
    assert "Harbour none" in words(client.get(LIST))
    answer = client.post(url_of(site), FORM, follow=True)
    client.post(url_of(site), {**FORM, "config.keep_alive_s": "30", "secrets.password": ""})
    server = MqttServer.objects.get(site=site)

    assert "Harbour broker.example:8883 TLS" in words(answer)
    assert server.config["keep_alive_s"] == 30
    assert mqtt_secrets_set(server) == {"password": True, "client_key": False}
    assert "horse" not in client.get(url_of(site)).content.decode()
    client.post(url_of(site), {"remove": "1"})
    assert not MqttServer.objects.exists()


def test_what_is_wrong_is_said_at_its_field(site: Site, client: Any) -> None:
    """SPEC 15: every mistake at once, and nothing is saved."""
    form = {**FORM, "config.host": "not a host", "config.port": "0"}
    answer = client.post(url_of(site), form, headers={"HX-Request": "true"})

    assert answer.status_code == 422
    for place, sentence in (("config-host", "Host may only contain"), ("config-port", "Port must be 1 to 65535")):
        said = re.search(rf'id="{place}-error"[^>]*>(.*?)</p>', answer.content.decode(), re.DOTALL)
        assert said
        assert sentence in said[1]
    assert not MqttServer.objects.exists()


def test_a_site_without_one_inherits_the_portals(site: Site, client: Any, signed_in) -> None:
    """OUT-3: its administrator sees that there is one, and not which."""
    mqtt_server_set(site=None, config={"host": "of.portal"})

    assert "Harbour as the portal" in words(client.get(LIST))
    assert "of.portal" not in client.get(LIST).content.decode()
    assert "The whole portal of.portal:8883" in words(signed_in(UserFactory(is_superuser=True)).get(LIST))


def test_only_administrators_set_them(site: Site, client: Any, colleague: User, stranger: User, signed_in) -> None:
    """SEC-1: of the site; of the portal for its own."""
    Membership.objects.filter(user=colleague).update(role=Role.OPERATOR)

    assert client.get(PORTAL).status_code == 403
    assert [signed_in(colleague).get(url).status_code for url in (LIST, url_of(site), PORTAL)] == [403, 403, 403]
    assert signed_in(stranger).post(url_of(site), FORM).status_code == 404
    assert not MqttServer.objects.exists()
    signed_in(UserFactory(is_superuser=True)).post(PORTAL, FORM)
    assert MqttServer.objects.get().site is None
