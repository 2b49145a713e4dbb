"""CAM-1: credentials never reach a log."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from django.conf import settings

from portal import logs
from portal.common.redact import redact


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("open rtsp://admin:s3cret@10.0.0.1/live", "open rtsp://***@10.0.0.1/live"),
        ("rtsp://admin:s3/cr@et@cam:554/a", "rtsp://***@cam:554/a"),
        ("redis://:s3cret@127.0.0.1:6379/0", "redis://***@127.0.0.1:6379/0"),
        ("http://cam/jpg?user=admin&pwd=s3cret&size=2", "http://cam/jpg?user=***&pwd=***&size=2"),
        ("Authorization: Bearer lk_0a1b2c3d_s3cret", "Authorization: Bearer ***"),
        ("Authorization: Basic YWRtaW46czNjcmV0", "Authorization: Basic ***"),
        ("GET /welcome/MQ.d1dxyz-9f8e7d6c5b4a39281706f5e4d3c2b1a0/", "GET /welcome/***/"),
        ("basic authentication failed", "basic authentication failed"),
        ("rtsp://10.0.0.1/live?channel=1", "rtsp://10.0.0.1/live?channel=1"),
    ],
)
def test_credentials_are_replaced_and_the_rest_stays(text: str, shown: str) -> None:
    """CAM-1: never sent to a log."""
    assert redact(text) == shown


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[str]]]:
    """Read what was logged, as JSON lines of this process's real set-up; it is put back afterwards."""

    def read() -> list[str]:
        return capsys.readouterr().err.splitlines()

    logs.configure("INFO", "json")
    yield read
    logs.configure(settings.LOG_LEVEL, settings.LOG_FORMAT)


def test_every_logger_ends_in_one_form_without_credentials(lines: Callable[[], list[str]]) -> None:
    """RUN-5, CAM-1: structlog's own lines, those of libraries, and tracebacks."""
    try:
        raise ValueError("cannot open rtsp://admin:s3cret@10.0.0.1/")
    except ValueError:
        structlog.get_logger("ours").exception("failed", camera=7)
    logging.getLogger("library").warning("retry %s", "http://u:s3cret@h/")
    ours, theirs = map(json.loads, lines())

    assert ours["event"] == "failed"
    assert ours["camera"] == 7
    assert "rtsp://***@10.0.0.1/" in ours["exception"]
    assert theirs["event"] == "retry http://***@h/"
    assert theirs["logger"] == "library"


def test_configuring_twice_logs_once(lines: Callable[[], list[str]]) -> None:
    """RUN-5: Celery and Django may both come by."""
    logs.configure("INFO", "json")
    logging.getLogger("library").warning("once")

    assert len(lines()) == 1
