"""Testing a destination, whatever its kind (OUT-8)."""

import threading
from typing import Any

import pytest

from cameras.models import Site
from notifications.kinds import KINDS
from notifications.models import Destination, Notification
from notifications.offer import kind_list
from notifications.services import trial
from notifications.services.trial import TooManyTrialsError, destination_try
from portal.common.fields import UndecryptableError
from tests.factories import DestinationFactory
from tests.servers.hook import HANG, Hook

pytestmark = pytest.mark.django_db

CLOSED = 9  # the port of the discard service, which nobody runs
CONFIG: dict[str, dict[str, Any]] = {
    "tcp_alarm": {"address": "127.0.0.1", "port": CLOSED},
    "http_alarm": {"address": "127.0.0.1", "port": CLOSED, "ssl": False},
    "webhook": {"url": f"https://127.0.0.1:{CLOSED}/"},
    "onvif": {},
    "email": {"to": "guard@example.org"},
    "active_guard": {"address": "127.0.0.1", "port": CLOSED, "ssl": False},
}


@pytest.mark.parametrize("kind", [kind.name for kind in kind_list()])
def test_every_kind_can_be_tested_before_it_is_saved(site: Site, loopback: None, kind: str) -> None:
    """OUT-8: one that cannot be reached says so, and nothing is kept."""
    found = destination_try(destination=Destination(site=site, kind=kind), config=CONFIG[kind])

    assert not found.taken
    assert found.outcome
    assert not Destination.objects.exists()
    assert not Notification.objects.exists()


def test_every_kind_carries_the_test(site: Site) -> None:
    """OUT-8: the record is one that each protocol has a form for."""
    record = trial.test_record(Destination(site=site))

    assert record.test
    for kind in kind_list():
        config = KINDS[kind.name].to_json(kind.read(CONFIG[kind.name]))
        assert kind.carries(record, config), kind.name


@pytest.mark.network
def test_tests_do_not_take_all_threads_of_the_web_server(site: Site, hook: Hook) -> None:
    """SPEC 15: who comes too many is told to come again; a place that was used is free afterwards."""
    hook.reply = lambda _request: HANG
    destination = DestinationFactory(site=site, hook=hook)
    many = [threading.Thread(target=trial._places.acquire) for _ in range(trial.MOST_AT_ONCE)]
    for one in many:
        one.start()
        one.join()
    with pytest.raises(TooManyTrialsError):
        destination_try(destination=destination)
    for _ in many:
        trial._places.release()

    hook.released.set()
    assert destination_try(destination=destination).duration_ms >= 0


def test_secrets_under_a_lost_key_are_no_failed_request(site: Site, settings) -> None:
    """SPEC 15: the page asks for them again."""
    destination = DestinationFactory(site=site)
    settings.FIELD_KEYS = ["3vDh9vUKvNwq0z4Gv2hVn2Y7TqkC0sXo2r2bQ5m4u0Q="]

    with pytest.raises(UndecryptableError):
        destination_try(destination=Destination.objects.get(pk=destination.pk))
