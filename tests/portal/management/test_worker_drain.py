"""What `manage.py worker_drain` says when it cannot do what it was asked; how it drains: tests/analytics/workers."""

import pytest
from django.core.management import CommandError, call_command

from portal.management import running


def test_without_a_portal_it_says_what_to_do(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """RUN-4: a clear line instead of a traceback."""
    settings.REDIS_URL = ""
    monkeypatch.setattr(running, "url_of", lambda _path: "")

    with pytest.raises(CommandError, match="No portal whose workers could be drained"):
        call_command("worker_drain", "host")


def test_a_server_that_does_not_answer_is_named_as_the_reason(settings) -> None:
    """SPEC 15: Redis away: nothing was asked for."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    with pytest.raises(CommandError, match="The key-value server does not answer"):
        call_command("worker_drain", "host")
