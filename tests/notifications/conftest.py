"""Receivers for the outbox; loopback is open to it, as an administrator would open it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.servers.hook import Hook


@pytest.fixture
def loopback(settings: Settings) -> None:
    """The guard lets through to this machine (SEC-4)."""
    settings.ALLOWED_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def hook(tmp_path: Path, loopback: None) -> Iterator[Hook]:
    """A receiver over TLS, with a CA of its own."""
    with Hook(tmp_path) as server:
        yield server


@pytest.fixture
def plain_hook(loopback: None) -> Iterator[Hook]:
    """A receiver over HTTP."""
    with Hook() as server:
        yield server
