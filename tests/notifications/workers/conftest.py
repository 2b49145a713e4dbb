"""A broker, and what holds the connection to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from notifications.workers.runtime import OutputsRuntime
from tests.servers.mosquitto import Listener, Mosquitto


@pytest.fixture
def broker(tmp_path: Path, loopback: None) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path / "broker") as server:
        yield server


@pytest.fixture
def listener(broker: Mosquitto) -> Iterator[Listener]:
    with Listener(broker) as one:
        yield one


@pytest.fixture
def runtime(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[OutputsRuntime]:
    """What one worker process holds; it looks ten times a second, so that nobody waits for it."""
    monkeypatch.setattr("notifications.workers.runtime.LOOK_EVERY_S", 0.1)
    one = OutputsRuntime()
    yield one
    one.close()
