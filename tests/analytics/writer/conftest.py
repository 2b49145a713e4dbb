"""A writer of a real stream, and the camera whose owner sends to it."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis

from analytics.models import Alarm
from analytics.signals import alarm_changed
from analytics.workers.keyvalue import client
from analytics.workers.lease import Lease
from analytics.writer import Writer
from cameras.models import Camera
from tests.factories import CameraFactory
from tests.servers.valkey import Valkey


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.workers.stream.BLOCK_MS", 1)


@pytest.fixture
def server(valkey: Valkey) -> Redis:
    return client(valkey.url)


@pytest.fixture
def camera() -> Camera:
    return CameraFactory(name="Door")


@pytest.fixture
def lease(server: Redis, camera: Camera) -> Lease:
    lease = Lease(camera.pk)
    lease.take(server)
    return lease


@pytest.fixture
def writer(server: Redis) -> Writer:
    lease = Lease("writer")
    lease.take(server)
    return Writer(server, lease, threading.Event())


@pytest.fixture
def told() -> Iterator[list[tuple[str, str]]]:
    """(event, alarm) of every signal."""
    heard: list[tuple[str, str]] = []

    def hear(alarm: Alarm, event: str, **_: Any) -> None:
        heard.append((event, str(alarm.pk)))

    alarm_changed.connect(hear)
    yield heard
    alarm_changed.disconnect(hear)
