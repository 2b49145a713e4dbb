"""The MQTT servers that cameras inherit, in the API (API-1; OUT-3; SEC-1)."""

import json
from typing import Any

import pytest

from cameras.models import Site
from notifications.models import MqttServer
from portal.accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PORTAL = "/api/v1/mqtt-server/"
PASSWORD = "planted-secret"


def url(site: Site) -> str:
    return f"/api/v1/sites/{site.pk}/mqtt-server/"


def put(client: Any, where: str, **body: object) -> Any:
    return client.put(where, body, format="json")


def test_a_site_has_its_server(api: Any, owner: User, site: Site) -> None:
    """OUT-3: set, changed, removed; a password goes in and never out."""
    client = api(owner, "configure")
    assert client.get(url(site)).status_code == 404
    first = api(owner, "configure", if_match=None)
    made = put(first, url(site), config={"host": "mqtt.example"}, secrets={"password": PASSWORD})
    again = put(client, url(site), config={"host": "mqtt.example", "keep_alive_s": 30})

    assert made.status_code == 200
    assert again.json()["config"]["keep_alive_s"] == 30
    assert again.json()["secrets"] == {"password": True, "client_key": False}
    assert PASSWORD not in json.dumps([made.json(), again.json(), client.get(url(site)).json()])
    assert client.delete(url(site)).status_code == 204
    assert not MqttServer.objects.exists()


def test_every_mistake_is_named_with_its_place(api: Any, owner: User, site: Site) -> None:
    """API-1: paths of the request, and nothing is kept."""
    body = {"config": {"host": "a/b", "port": 0}, "secrets": {"pin": PASSWORD}}
    client = api(owner, "configure", if_match=None)
    wrong = put(client, url(site), **body)
    unknown = put(client, url(site), config={"host": "a"}, secrets={"pin": PASSWORD})

    assert {one["path"] for one in wrong.json()["errors"]} == {"config.host", "config.port"}
    assert [one["path"] for one in unknown.json()["errors"]] == ["secrets.pin"]
    assert not MqttServer.objects.exists()


def test_only_who_administers_the_site_sees_it(api: Any, colleague: User, stranger: User, site: Site) -> None:
    """SEC-1."""
    MqttServer.objects.create(site=site, config={"host": "a"})
    for call in (lambda client: client.get(url(site)), lambda client: put(client, url(site), config={"host": "b"})):
        assert call(api(colleague, "configure")).status_code == 403
        assert call(api(stranger, "configure")).status_code == 404
        assert call(api()).status_code in {401, 403}
    assert api(stranger, "configure").delete(url(site)).status_code == 404
    assert MqttServer.objects.get().config == {"host": "a"}


def test_the_portals_own_is_for_its_administrators(api: Any, owner: User, site: Site) -> None:
    """SEC-1, OUT-3."""
    root = UserFactory(is_superuser=True)
    made = put(api(root, "configure", if_match=None), PORTAL, config={"host": "mqtt.example"})

    assert (made.json()["scope"], made.json()["site"]) == ("portal", None)
    assert api(root).get(PORTAL).json()["config"]["host"] == "mqtt.example"
    assert put(api(root), PORTAL, config={"host": "b"}).status_code == 403  # a token that may only read
    assert api(owner, "configure").get(PORTAL).status_code == 403
    assert put(api(owner, "configure"), PORTAL, config={"host": "b"}).status_code == 403
    assert api(owner, "configure").delete(PORTAL).status_code == 403
    assert api(root, "configure").delete(PORTAL).status_code == 204


def test_a_server_is_tested(api: Any, owner: User, site: Site) -> None:
    """OUT-8: with what is given on top of what is saved; the answer has no secret, and nothing is saved."""
    body = {"config": {"host": "127.0.0.1", "port": 9, "tls": False}, "secrets": {"password": PASSWORD}}
    answer = api(owner, "configure").post(f"{url(site)}test/", body, format="json")
    nothing = api(owner, "configure").post(f"{url(site)}test/", {}, format="json")

    assert answer.status_code == 200
    assert answer.json()["taken"] is False
    assert "127.0.0.1" in answer.json()["outcome"]
    assert PASSWORD not in answer.content.decode()
    assert [one["path"] for one in nothing.json()["errors"]] == ["config.host"]
    assert not MqttServer.objects.exists()


def test_only_who_may_change_a_server_tests_it(
    api: Any, owner: User, colleague: User, stranger: User, site: Site
) -> None:
    """SEC-1."""
    for who, where, status in (
        (colleague, url(site), 403),
        (stranger, url(site), 404),
        (owner, PORTAL, 403),
    ):
        assert api(who, "configure").post(f"{where}test/", {}, format="json").status_code == status
    assert api(owner, "read").post(f"{url(site)}test/", {}, format="json").status_code == 403
