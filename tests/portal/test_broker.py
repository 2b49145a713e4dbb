"""How Celery finds its way back to the key-value server (SPEC 15)."""

import pytest
from kombu import Connection
from kombu.exceptions import OperationalError

from portal.broker import MOST_S
from portal.celery import app
from tests.servers.ports import free_port


@pytest.mark.parametrize("connection", [app.connection_for_read, app.connection_for_write])
def test_a_long_absence_makes_no_long_pauses(connection: type[Connection], monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: everything resumes within 15 s: workers and beat look every two seconds, after hours as well."""
    monkeypatch.setattr("kombu.utils.functional.sleep", lambda _seconds: None)  # its pauses are what it says next
    pauses: list[float] = []
    nobody = connection(f"redis://127.0.0.1:{free_port()}/0")

    with pytest.raises(OperationalError):
        nobody.ensure_connection(lambda _error, pause: pauses.append(pause), 40)

    assert len(pauses) == 40
    assert max(pauses) == MOST_S


def test_a_server_that_refuses_ends_no_worker() -> None:
    """SPEC 15: memory or disk full: its answers are errors of the channel, not of the connection."""
    assert app.conf.broker_channel_error_retry is True
