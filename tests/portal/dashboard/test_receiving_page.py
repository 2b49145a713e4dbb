"""Deliveries → MQTT: the connections to servers, and what cameras themselves tell (OUT-3, OUT-10; SEC-1)."""

import re
import time
from typing import Any

import pytest

from analytics.workers.keyvalue import client, key
from cameras.models import Camera, Site
from notifications.kinds.broker import Broker
from notifications.receiving.ledger import Ledger, Reason, What
from notifications.receiving.state import ListenerState
from notifications.services.link_state import LinkState, link_states_write, links_plan_write
from notifications.services.mqtt_plan import LinkPlan
from portal.accounts.models import User
from portal.dashboard.receiving_page import reason_words
from tests.factories import CameraFactory, UserFactory
from tests.portal.dashboard.reading import words
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.django_db

PAGE = "/deliveries/mqtt/"
POLL = {"headers": {"HX-Request": "true"}}


def planned(*cameras: Camera, link: str = "a") -> None:
    broker = Broker(host=f"broker-{link}", port=1883, client_id=f"lookout-{link}")
    links_plan_write(client(), {link: LinkPlan(link, broker, dict.fromkeys((one.pk for one in cameras), None))})


def held(link: str = "a", **facts: Any) -> None:
    figures = {"in_flight": 3, "delivered": 40, "counts_sent": 21, "counts_waiting": 0, "counts_skipped": 7}
    times = {"at_s": time.time(), "since_s": time.time(), "error": ""}
    link_states_write(client(), [LinkState(link=link, owner="host-9:4711", **{**figures, **times, **facts})])


def listens(ledger: Ledger, mqtt: dict[str, Any] | None = None) -> None:
    """What a listener has told, once."""
    told = ledger.to_json()
    told["doors"].get("json-lines", {})["ports"] = [1818]
    state = ListenerState(lambda: {**told, "address": "10.0.0.5", "study": True, "mqtt": mqtt})
    state.tell(client())


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Gate")


@pytest.fixture
def elsewhere(db: None) -> Camera:
    return CameraFactory(name="Elsewhere gate")


def test_without_anybody_it_says_what_is_missing(owner: User, signed_in) -> None:
    """CNT-6: nobody's word is not shown as “fine”."""
    shown = words(signed_in(owner).get(PAGE))

    assert "No worker says that it takes care of deliveries" in shown
    assert "No listener runs" in shown


def test_connections_are_shown_with_what_their_owners_measured(owner: User, camera: Camera, signed_in) -> None:
    """OUT-3: server, identity, since when, what is under way, what was skipped."""
    planned(camera)
    held()
    shown = words(signed_in(owner).get(PAGE, **POLL))

    assert "broker-a:1883 as lookout-a Connected since" in shown
    assert re.search(r"Connected since [\d:]+ 1 3 40 21 7 ", shown)
    assert "host-9" not in shown


def test_frames_are_counted_where_any_went_out(owner: User, camera: Camera, signed_in) -> None:
    """OUT-4: scene metadata; who sends none is told of none."""
    planned(camera)
    held()
    without = words(signed_in(owner).get(PAGE, **POLL))
    held(frames_sent=1200)

    assert "frames" not in without
    assert "21 1200 frames 7" in words(signed_in(owner).get(PAGE, **POLL)).replace(",", "")


def test_a_broken_connection_says_why_and_a_lost_owner_is_no_connection(owner: User, camera: Camera, signed_in) -> None:
    """OUT-3: without a word of an owner no figure is shown."""
    planned(camera)
    nobody = words(signed_in(owner).get(PAGE, **POLL))
    held(since_s=None, error="broker-a:1883: connection refused")
    broken = words(signed_in(owner).get(PAGE, **POLL))

    assert "Nobody holds it" in nobody
    assert "– – – –" in nobody
    assert "Not connected broker-a:1883: connection refused" in broken


def test_only_ones_own_is_seen(owner: User, colleague: User, camera: Camera, elsewhere: Camera, signed_in) -> None:
    """SEC-1: of other sites neither cameras nor connections nor strangers; hosts for portal administrators only."""
    ledger = Ledger()
    ledger.take("http", [camera.pk, elsewhere.pk], What.ALARM)
    ledger.refuse("mqtt", "0011223344ff", Reason.STRANGER)
    ledger.refuse("mqtt", "001122aabbcc", Reason.COUNTED_HERE, camera_ids=[camera.pk])
    listens(ledger)
    planned(elsewhere)
    held()
    mine = words(signed_in(owner).get(PAGE))
    everything = words(signed_in(UserFactory(is_superuser=True)).get(PAGE))

    assert "Elsewhere gate" not in mine
    assert "broker-a" not in mine
    assert "0011223344ff" not in mine
    assert "10.0.0.5" not in mine
    assert "001122aabbcc Gate , mqtt The portal counts this camera itself" in mine
    for one in ("Elsewhere gate", "broker-a", "0011223344ff", "10.0.0.5", "held by host-9:4711"):
        assert one in everything
    assert signed_in(colleague).get(PAGE).status_code == 403
    assert signed_in(colleague).get(PAGE, **POLL).status_code == 403


def test_a_listener_shows_its_doors_and_its_server(owner: User, camera: Camera, signed_in) -> None:
    """OUT-10: last heard, taken and refused; the subscription, and a topic that the server refuses."""
    ledger = Ledger()
    ledger.open("json-lines")
    ledger.take("mqtt", [camera.pk], What.COUNTS)
    ledger.take("mqtt", [camera.pk], What.COUNTS)
    ledger.take("mqtt", [camera.pk], What.ALARM)
    mqtt = {"server": "broker:8883", "client_id": "lookout-x-listener", "topics": ["counts/#", "secret/#"]}
    listens(ledger, {**mqtt, "since_s": time.time(), "error": "", "refused_topics": ["secret/#"]})
    shown = words(signed_in(owner).get(PAGE))

    assert "Connected broker:8883 as lookout-x-listener" in shown
    assert "secret/# refused by the server" in shown
    assert re.search(r"Gate Harbour mqtt [\d:]+ 1 2", shown)
    assert "json-lines port 1818 – 0 0" in shown


@pytest.mark.parametrize("count", [1, 50])
def test_many_cameras_cost_no_more_queries(
    owner: User, site: Site, signed_in, django_assert_num_queries, count: int
) -> None:
    """STYLE 10: it asks every three seconds."""
    cameras = [CameraFactory(site=site) for _ in range(count)]
    ledger = Ledger()
    ledger.take("mqtt", [one.pk for one in cameras], What.COUNTS)
    ledger.refuse("mqtt", "001122aabbcc", Reason.CLOCK, camera_ids=[one.pk for one in cameras])
    listens(ledger)
    planned(*cameras)
    page = signed_in(owner)
    with django_assert_num_queries(4):
        page.get(PAGE, **POLL)


def test_every_reason_has_its_words() -> None:
    """OUT-10: none is shown as a code."""
    assert len({reason_words(reason) for reason in Reason}) == len(Reason)


def test_a_server_that_is_away_is_said(owner: User, camera: Camera, signed_in, settings, valkey: Valkey) -> None:
    """CNT-6: nothing is shown that nobody knows."""
    page = signed_in(owner)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

    assert "The key-value server does not answer" in words(page.get(PAGE, **POLL))


def test_the_test_button_shows_what_the_server_answers(owner: User, stranger: User, site: Site, signed_in) -> None:
    """OUT-8: with what stands in the form; mistakes at their fields, for administrators of the site only."""
    form = {"config.host": "127.0.0.1", "config.port": "9", "config.keep_alive_s": "60", "secrets.password": "horse"}
    answer = signed_in(owner).post(f"{PAGE}sites/{site.pk}/test/", form, **POLL)
    mistake = signed_in(owner).post(f"{PAGE}sites/{site.pk}/test/", {**form, "config.host": "a/b"}, **POLL)

    assert "Not taken" in words(answer)
    assert "CONNECT 127.0.0.1:9, not encrypted, client id lookout-" in words(answer)
    assert "does not call" in words(answer)
    assert "horse" not in answer.content.decode()
    assert 'id="config-host-error"' in mistake.content.decode()
    assert signed_in(stranger).post(f"{PAGE}sites/{site.pk}/test/", form).status_code == 404
    assert signed_in(owner).post(f"{PAGE}portal/test/", form).status_code == 403
    assert client().exists(key("mqttplan", "all")) == 0
