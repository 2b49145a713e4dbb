"""RUN-5: errors told to Sentry, where a deployment names one, without anything secret."""

import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tests.servers.hook import Hook
from tests.servers.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
FAILS = """
import django; django.setup()
import logging, structlog, sentry_sdk
structlog.contextvars.bind_contextvars(request_id="r-1", camera=12)
password = "s3cret-of-the-camera"
try:
    raise ValueError("cannot open rtsp://admin:s3cret-of-the-camera@10.0.0.1/live")
except ValueError:
    structlog.get_logger("portal").exception("failed at rtsp://admin:s3cret-of-the-camera@10.0.0.1/live")
sentry_sdk.flush(20)
"""


def run(dsn: str, code: str, data: Path, *flags: str) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "LOOKOUT_SENTRY_DSN": dsn, "LOOKOUT_DATA": str(data), "LOOKOUT_LOG_FORMAT": "json"}
    command = [sys.executable, "-W", "ignore", *flags, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)


def told(body: bytes) -> str:
    """What an envelope says."""
    for wbits in (31, 15):
        try:
            return zlib.decompress(body, wbits).decode()
        except zlib.error:
            continue
    return body.decode()


@pytest.mark.network
def test_an_error_is_told_with_its_ids_and_without_its_secrets(tmp_path: Path) -> None:
    """RUN-5, CAM-1: traceback, request and camera; no password of the message, and none of a local variable."""
    with Hook() as hook:
        done = run(f"http://key@127.0.0.1:{hook.port}/1", FAILS, tmp_path)
        hook.wait(1)
        (text,) = [text for one in hook.requests if '"exception"' in (text := told(one.body))]
    event = next(json.loads(line) for line in text.splitlines() if '"exception"' in line)

    assert done.returncode == 0, done.stderr
    assert (event["tags"]["request_id"], event["tags"]["camera"]) == ("r-1", "12")
    assert event["environment"] == "production"
    assert "rtsp://***@10.0.0.1/live" in text
    assert "s3cret" not in text


@pytest.mark.network
def test_a_sentry_that_is_away_holds_nobody_up(tmp_path: Path) -> None:
    """SPEC 15: the process goes on, and its log has the error."""
    done = run(f"http://key@127.0.0.1:{free_port()}/1", FAILS, tmp_path)

    assert done.returncode == 0
    assert "rtsp://***@10.0.0.1/live" in done.stderr


def test_a_missing_package_stops_the_start_and_says_what_to_do(tmp_path: Path) -> None:
    """RUN-5: sentry-sdk is an extra; whoever names a server wants to be told."""
    hidden = "import sys; sys.modules['sentry_sdk'] = None\n"
    done = run("http://key@127.0.0.1:1/1", hidden + "import django; django.setup()", tmp_path)

    assert done.returncode == 1
    assert "sentry-sdk is not installed: .venv/bin/python -m pip install" in done.stderr
