"""Connections to MQTT servers and listeners in the API: the same as on their page (OUT-3, OUT-10; API-1, SEC-1)."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from cameras.models import Camera, Site
from notifications.receiving.ledger import Ledger, Reason, What
from portal.accounts.models import User
from tests.factories import CameraFactory, UserFactory
from tests.portal.dashboard.test_receiving_page import held, listens, planned
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.django_db

LINKS, LISTENERS = "/api/v1/mqtt-links/", "/api/v1/listeners/"
SECONDS = 1_800_000_000.5
INSTANT = "2027-01-15T08:00:00.500000Z"


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Gate")


@pytest.fixture
def elsewhere(db: None) -> Camera:
    return CameraFactory(name="Elsewhere gate")


def links(client: Any) -> Any:
    return client.get(LINKS).json()["links"]


def test_a_connection_is_told_with_what_its_owner_measured(owner: User, camera: Camera, api) -> None:
    """OUT-3: nobody's word is no figure: null while no worker plans, and while nobody holds what is planned."""
    program = api(owner)
    unplanned = links(program)
    planned(camera)
    unheld = links(program)
    held(since_s=SECONDS, frames_sent=9)
    told = links(program)
    held(since_s=None, error="broker-a:1883: connection refused")
    (broken,) = links(program)

    place = {"server": "broker-a:1883", "client_id": "lookout-a", "cameras": 1, "owner": ""}
    figures = {"in_flight": 3, "delivered": 40, "counts_sent": 21, "counts_waiting": 0, "counts_skipped": 7}
    assert (unplanned, unheld) == (None, [place | {"state": None}])
    assert told == [place | {"state": figures | {"since": INSTANT, "error": "", "frames_sent": 9}}]
    assert (broken["state"]["since"], broken["state"]["error"]) == (None, "broker-a:1883: connection refused")


def test_a_listener_tells_whom_it_hears_and_whom_it_refuses(owner: User, camera: Camera, api) -> None:
    """OUT-10: doors, subscription, cameras, and the reason as a word for programs and for people."""
    ledger, program = Ledger(), api(owner)
    assert program.get(LISTENERS).json() == []
    ledger.open("json-lines")
    ledger.take("mqtt", [camera.pk], What.COUNTS)
    ledger.refuse("mqtt", "001122aabbcc", Reason.CLOCK, camera_ids=[camera.pk], said="1970")
    mqtt = {"server": "broker:8883", "client_id": "lookout-x-listener", "topics": ["counts/#"], "refused_topics": []}
    listens(ledger, {**mqtt, "since_s": SECONDS, "error": ""})

    (told,) = program.get(LISTENERS).json()

    assert told["mqtt"] == mqtt | {"since": INSTANT, "error": ""}
    assert {one["name"]: (one["about"], one["taken"], one["refused"]) for one in told["doors"]} == {
        "json-lines": ("port 1818", 0, 0),
        "mqtt": ("broker:8883", 1, 1),
    }
    ((heard,), (refused,)) = told["heard"], told["refused"]
    assert (heard["camera"], heard["door"], heard["alarms"], heard["counts"]) == (camera.pk, "mqtt", 0, 1)
    assert abs(datetime.fromisoformat(heard["heard_at"]) - datetime.now(UTC)).total_seconds() < 60
    assert (refused["reason"], refused["cameras"], refused["said"]) == ("clock", [camera.pk], "1970")
    assert refused["why"].startswith("The clock of the camera is wrong")


def test_only_ones_own_is_told(owner: User, colleague: User, camera: Camera, elsewhere: Camera, *, api) -> None:
    """SEC-1: of other sites nothing, hosts to portal administrators only; viewers are refused, visitors asked."""
    ledger = Ledger()
    ledger.take("http", [camera.pk, elsewhere.pk], What.ALARM)
    ledger.refuse("mqtt", "0011223344ff", Reason.STRANGER)
    listens(ledger)
    planned(elsewhere)
    held(since_s=time.time())
    (mine,), (everything,) = (api(one).get(LISTENERS).json() for one in (owner, UserFactory(is_superuser=True)))

    assert links(api(owner)) == []
    assert links(api(UserFactory(is_superuser=True)))[0]["owner"] == "host-9:4711"
    assert ([one["camera"] for one in mine["heard"]], mine["refused"], mine["host"]) == ([camera.pk], [], "")
    assert len(everything["heard"]) == 2
    assert everything["host"].endswith("10.0.0.5")
    for address in (LINKS, LISTENERS):
        assert (api(colleague).get(address).status_code, api().get(address).status_code) == (403, 401)


@pytest.mark.parametrize("address", [LINKS, LISTENERS])
def test_what_nobody_can_know_is_no_empty_list(owner: User, settings, valkey: Valkey, *, api, address: str) -> None:
    """CNT-6: 503 while the key-value server is away."""
    program = api(owner)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    answer = program.get(address)

    assert (answer.status_code, answer.json()["code"]) == (503, "key_value_server_away")
