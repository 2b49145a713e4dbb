"""Destinations and notifications in the API (API-1; OUT-5, OUT-8; SEC-1)."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from cameras.models import Camera, Membership, Role, Site
from notifications.models import Destination
from notifications.services.secret import destination_secrets
from portal.accounts.models import User
from tests.factories import CameraFactory, DestinationFactory, SiteFactory
from tests.notifications.outbox import drain, queued, rows
from tests.servers.hook import ERROR, GONE, Hook, Reply

pytestmark = pytest.mark.django_db

DESTINATIONS, NOTIFICATIONS = "/api/v1/destinations/", "/api/v1/notifications/"
VENDOR = {"address": "nvr.example", "template": "id=%almsrc2", "user": "lookout"}
PASSWORD = "correct horse"


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site)


@pytest.fixture
def client(api, owner: User) -> Any:
    return api(owner, "configure")


def post(client: Any, url: str, **body: object) -> Any:
    return client.post(url, body, content_type="application/json")


def create(client: Any, site: Site, **facts: object) -> Any:
    return post(
        client, DESTINATIONS, **{"site": site.pk, "kind": "http_alarm", "name": "NVR", "config": VENDOR, **facts}
    )


def test_every_kind_says_what_it_needs(client: Any) -> None:
    """API-1: forms of other programs are made from it; kinds that nobody can add are left out."""
    kinds = {one["name"]: one for one in client.get("/api/v1/destination-kinds/").json()}

    assert {"http_alarm", "webhook"} <= set(kinds)
    assert "mqtt" not in kinds
    assert [one["key"] for one in kinds["webhook"]["secrets"]] == ["secret", "former_secret"]
    port = next(one for one in kinds["http_alarm"]["fields"] if one["key"] == "port")
    assert (port["low"], port["high"], port["default"]) == (1, 65535, 443)


def test_a_webhook_is_made_and_its_secret_told_once(client: Any, site: Site) -> None:
    """OUT-5: secrets go in, and never out again."""
    made = create(client, site, kind="webhook", config={"url": "https://hooks.example/"})
    again = client.get(f"{DESTINATIONS}{made.json()['id']}/").json()

    assert made.status_code == 201
    assert made.json()["made"]["secret"].startswith("whsec_")
    assert again["secrets"] == {"secret": True, "former_secret": False}
    assert made.json()["made"]["secret"] not in json.dumps(again)


def test_a_password_is_in_no_answer(client: Any, site: Site) -> None:
    """SPEC 7: write-only, and kept by a change that does not name it."""
    made = create(client, site, secrets={"password": PASSWORD}).json()
    url = f"{DESTINATIONS}{made['id']}/"
    changed = client.patch(url, {"name": "Recorder"}, content_type="application/json")

    assert changed.json()["name"] == "Recorder"
    assert changed.json()["secrets"] == {"password": True}
    assert destination_secrets(Destination.objects.get()) == {"password": PASSWORD}
    assert "horse" not in json.dumps([made, changed.json(), client.get(DESTINATIONS).json()])


def test_every_mistake_is_named_with_its_place(client: Any, site: Site) -> None:
    """API-1: paths of the request, and nothing is made."""
    config = {"address": "a/b", "port": 0, "colour": "red"}
    wrong = create(client, site, config=config, events=["started"], secrets={"password": "x" * 300})
    misspelt = create(client, site, nmae="NVR")

    assert {one["path"] for one in wrong.json()["errors"]} == {"config.address", "config.port", "config.colour"}
    assert [one["path"] for one in misspelt.json()["errors"]] == ["nmae"]
    assert create(client, site, events=["burnt"]).json()["errors"][0]["path"] == "events"
    assert create(client, site, secrets={"pin": PASSWORD}).json()["errors"][0]["path"] == "secrets.pin"
    assert create(client, site, kind="fax").json()["errors"][0]["path"] == "kind"
    assert create(client, site, camera=CameraFactory(site=SiteFactory()).pk).json()["errors"][0]["path"] == "camera"
    assert not Destination.objects.exists()


def test_what_a_camera_is_told_by_can_be_asked(client: Any, site: Site, camera: Camera) -> None:
    """API-1: its own destinations, and those of its site."""
    own, whole = DestinationFactory(site=site, camera=camera), DestinationFactory(site=site)
    DestinationFactory(site=site, camera=CameraFactory(site=site))

    found = client.get(DESTINATIONS, {"camera": camera.pk}).json()["results"]

    assert {one["id"] for one in found} == {own.pk, whole.pk}


def test_the_list_asks_the_database_as_often_for_one_as_for_many(
    client: Any, site: Site, django_assert_max_num_queries: Any
) -> None:
    """STYLE 10."""
    DestinationFactory.create_batch(20, site=site)
    with django_assert_max_num_queries(9):
        assert len(client.get(DESTINATIONS).json()["results"]) == 20


@pytest.mark.network
def test_a_test_shows_request_and_answer(client: Any, site: Site, hook: Hook) -> None:
    """OUT-8: exact, with the test marked as one; nothing is queued, nothing kept, no health changed."""
    destination = DestinationFactory(site=site, hook=hook)
    before = Destination.objects.values().get()
    trial = post(client, f"{DESTINATIONS}{destination.pk}/test/").json()

    assert (trial["taken"], trial["confirmed"], trial["answer"]) == (True, True, "taken")
    assert trial["sent"].startswith("POST /hook HTTP/1.1\n")
    assert hook.requests[0].body.decode() in trial["sent"]
    assert json.loads(hook.requests[0].body)["data"]["test"] is True
    assert Destination.objects.values().get() == before
    assert rows(destination) == []


@pytest.mark.network
def test_a_destination_is_tested_before_it_is_saved(client: Any, site: Site, hook: Hook) -> None:
    """OUT-8: as it would be made; a kind that there is not is named."""
    made = DestinationFactory.build(site=site, hook=hook)
    body = {"site": site.pk, "kind": made.kind, "name": "VMS", "config": made.config}
    trial = post(client, f"{DESTINATIONS}test/", **body).json()
    unknown = post(client, f"{DESTINATIONS}test/", **{**body, "kind": "pigeon"})

    assert (trial["taken"], trial["answer"]) == (True, "taken")
    assert [one["path"] for one in unknown.json()["errors"]] == ["kind"]
    assert (len(hook.requests), Destination.objects.count()) == (1, 0)


def test_only_administrators_of_the_site_test_a_new_destination(
    api: Any, site: Site, colleague: User, stranger: User
) -> None:
    """SEC-1, SEC-4: a test calls an address."""
    body = {"site": site.pk, "kind": "webhook", "name": "VMS", "config": {"url": "http://192.0.2.7/"}}
    answers = [post(api(user, "configure"), f"{DESTINATIONS}test/", **body) for user in (colleague, stranger)]

    assert [one.status_code for one in answers] == [403, 404]


@pytest.mark.network
def test_a_test_that_fails_says_why(client: Any, site: Site, hook: Hook) -> None:
    """OUT-8: with the answer of the other side."""
    destination = DestinationFactory(site=site, hook=hook)
    hook.reply = lambda _request: ERROR
    trial = post(client, f"{DESTINATIONS}{destination.pk}/test/").json()

    assert (trial["taken"], trial["answer"]) == (False, "broken")
    assert "500" in trial["outcome"]


@pytest.mark.network
def test_a_saved_password_is_not_taken_to_a_typed_server(client: Any, site: Site, loopback: None) -> None:
    """SPEC 7: nor shown, not even where the receiver tells it back."""
    with Hook(auth="basic") as mine, Hook(auth="basic") as other:
        mine.reply = lambda _request: Reply(body=f"hello {Hook.user}, your password is {Hook.password}".encode())
        config = {**VENDOR, "address": "127.0.0.1", "ssl": False, "user": Hook.user}
        made = create(client, site, config={**config, "port": mine.port}, secrets={"password": Hook.password}).json()
        url = f"{DESTINATIONS}{made['id']}/test/"
        good, bad = post(client, url).json(), post(client, url, config={**config, "port": other.port}).json()

        assert good["taken"]
        assert not bad["taken"]
        assert other.requests == []
        assert Hook.password not in json.dumps(good)
        assert "authorization: ***" in good["sent"]


@pytest.mark.network
def test_a_secret_is_rotated_without_a_gap(client: Any, site: Site, hook: Hook) -> None:
    """WIRE 7: two signatures until the former secret is cleared."""
    destination = DestinationFactory(site=site, hook=hook)
    former = destination_secrets(destination)["secret"]
    made = post(client, f"{DESTINATIONS}{destination.pk}/rotate-secret/").json()["secrets"]["secret"]
    post(client, f"{DESTINATIONS}{destination.pk}/test/")

    assert destination_secrets(Destination.objects.get()) == {"secret": made, "former_secret": former}
    assert len(hook.requests[0].headers["webhook-signature"].split()) == 2


def test_only_what_has_a_secret_of_ours_rotates_it(client: Any, site: Site) -> None:
    """API-1: 400."""
    made = create(client, site).json()

    assert post(client, f"{DESTINATIONS}{made['id']}/rotate-secret/").status_code == 400


def test_a_destination_that_follows_a_camera_is_changed_there(client: Any, site: Site, camera: Camera) -> None:
    """OUT-3: 409, with the reason."""
    followed = Destination.objects.create(site=site, camera=camera, kind="mqtt", name="MQTT of it")
    url = f"{DESTINATIONS}{followed.pk}/"
    answers = [client.patch(url, {"name": "x"}, content_type="application/json"), client.delete(url)]

    assert [one.status_code for one in answers] == [409, 409]
    assert answers[0].json()["code"] == "managed"


@pytest.mark.network
def test_a_dead_letter_is_found_read_and_sent_again(client: Any, site: Site, hook: Hook) -> None:
    """SPEC 7: its attempts with request and answer; re-send and cancel by API."""
    destination = DestinationFactory(site=site, hook=hook)
    first, second = queued(destination, 2)
    hook.reply = lambda _request: GONE
    drain(destination)
    (dead,) = client.get(NOTIFICATIONS, {"state": "failed", "destination": destination.pk}).json()["results"]
    (tried,) = client.get(f"{NOTIFICATIONS}{dead['id']}/attempts/").json()["results"]
    off = post(client, f"{NOTIFICATIONS}{dead['id']}/resend/")

    assert dead["id"] == str(first.id)
    assert tried["outcome"] == "permanent"
    assert tried["sent"].startswith("POST /hook")
    assert (off.status_code, off.json()["code"]) == (409, "destination_off")
    client.patch(f"{DESTINATIONS}{destination.pk}/", {"enabled": True}, content_type="application/json")
    assert post(client, f"{NOTIFICATIONS}{dead['id']}/resend/").json()["state"] == "waiting"
    assert post(client, f"{NOTIFICATIONS}{second.id}/cancel/").json()["state"] == "cancelled"
    assert post(client, f"{NOTIFICATIONS}{second.id}/cancel/").status_code == 409


def test_figures_tell_the_queue_and_the_last_day(client: Any, site: Site) -> None:
    """UI 3: last success, queue, failures."""
    destination = DestinationFactory(site=site)
    waiting, retried, dead = queued(destination, 3)
    retried.tries = 2
    retried.save()
    dead.state, dead.ended_at = "failed", timezone.now()
    dead.save()
    figures = client.get(f"{DESTINATIONS}{destination.pk}/").json()["figures"]

    assert (figures["waiting"], figures["retried"], figures["sent"], figures["dead"]) == (2, 1, 0, 1)
    assert figures["oldest"][:19] == waiting.queued_at.isoformat()[:19]


CHANGES = ("POST ", "PATCH {id}/", "DELETE {id}/", "POST {id}/test/", "POST {id}/rotate-secret/")


@pytest.mark.parametrize("place", CHANGES)
def test_only_administrators_change_destinations(
    *, api, site: Site, colleague: User, stranger: User, owner: User, place: str
) -> None:
    """SEC-1, API-4: a viewer and an operator are refused, a stranger finds nothing, a token keeps to its scope."""
    method, _, path = place.partition(" ")
    url = DESTINATIONS + path.format(id=DestinationFactory(site=site).pk)
    body = {"site": site.pk, "kind": "webhook", "name": "x", "config": {"url": "https://x.example/"}}
    body = body if place == "POST " else {}

    def call(user: User | None, scope: str = "configure") -> int:
        client = api(user, scope) if user else api()
        return client.generic(method, url, json.dumps(body), content_type="application/json").status_code

    assert (call(None), call(colleague), call(stranger), call(owner, "operate")) == (401, 403, 404, 403)
    Membership.objects.filter(user=colleague).update(role=Role.OPERATOR)
    assert call(colleague) == 403


def test_members_see_health_but_no_settings(api, site: Site, colleague: User, stranger: User) -> None:
    """SEC-1: the address of a webhook is as good as a password."""
    destination = DestinationFactory(site=site)
    (notification,) = queued(destination)
    seen = api(colleague).get(f"{DESTINATIONS}{destination.pk}/").json()
    listed = api(colleague).get(DESTINATIONS).json()["results"]

    assert (seen["config"], seen["secrets"], listed[0]["config"]) == (None, None, None)
    assert seen["figures"]["waiting"] == 1
    assert api(colleague).get(f"{NOTIFICATIONS}{notification.id}/").json()["state"] == "waiting"
    assert api(colleague).get(f"{NOTIFICATIONS}{notification.id}/attempts/").json()["results"] == []
    for url in (f"{DESTINATIONS}{destination.pk}/", f"{NOTIFICATIONS}{notification.id}/"):
        assert api(stranger).get(url).status_code == 404
    assert api(stranger).get(f"{NOTIFICATIONS}{notification.id}/attempts/").status_code == 404
    assert [api(stranger).get(url).json()["results"] for url in (DESTINATIONS, NOTIFICATIONS)] == [[], []]


@pytest.mark.parametrize("act", ["resend", "cancel"])
def test_operators_send_again_and_cancel(api, site: Site, colleague: User, stranger: User, act: str) -> None:
    """SEC-1, API-4: with a token of the scope operate."""
    (notification,) = queued(DestinationFactory(site=site))
    url = f"{NOTIFICATIONS}{notification.id}/{act}/"

    assert api().post(url).status_code == 401
    assert api(stranger, "operate").post(url).status_code == 404
    assert api(colleague, "operate").post(url).status_code == 403
    Membership.objects.filter(user=colleague).update(role=Role.OPERATOR)
    assert api(colleague, "read").post(url).status_code == 403
    assert api(colleague, "operate").post(url).status_code == 200


def test_many_are_sent_again_each_for_itself(api, owner: User, stranger: User, site: Site) -> None:
    """API-2, SEC-1: what is not there, or somebody else's, is told as alone."""
    (notification,) = queued(DestinationFactory(site=site))
    unknown = uuid4()
    body = {"do": "resend", "notifications": [str(notification.id), str(unknown)]}
    mine = api(owner, "operate").post(f"{NOTIFICATIONS}acts/", body, format="json")
    theirs = api(stranger, "operate").post(f"{NOTIFICATIONS}acts/", body, format="json")

    assert [(one["id"], one["status"]) for one in mine.json()] == [(str(notification.id), 200), (str(unknown), 404)]
    assert [one["status"] for one in theirs.json()] == [404, 404]
    assert api(owner, "read").post(f"{NOTIFICATIONS}acts/", body, format="json").status_code == 403
