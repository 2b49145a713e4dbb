"""RUN-3, RUN-5: who is alive, on whatever host, as each process tells it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from analytics.workers.keyvalue import client, key
from portal.presence import OPEN, PresenceTeller, Tally, memory_bytes, presences
from tests.analytics.workers.cluster import wait_for
from tests.servers.valkey import Valkey


def test_a_process_is_seen_while_it_lives_and_not_longer(valkey: Valkey) -> None:
    """RUN-5: role, host, memory and clock; gone at once when it ends in order."""
    teller = PresenceTeller("default,writer")
    teller.start()
    (seen,) = wait_for("it is seen", lambda: presences(client()))
    teller.close()

    assert seen.queues == ("default", "writer")
    assert seen.pid == os.getpid()
    assert abs(seen.clock_off_s) < 1
    assert 10**7 < seen.rss_bytes < 10**10
    assert presences(client()) == []


def test_what_was_killed_on_this_machine_is_not_waited_for(valkey: Valkey) -> None:
    """RUN-4: its last word lasts for 15 s more; everybody here can see that it is gone."""
    code = (
        "import django; django.setup()\n"
        "from portal.presence import presence_begin; import signal\n"
        "presence_begin('web'); signal.pause()"
    )
    env = {**os.environ, "REDIS_URL": valkey.url}
    process = subprocess.Popen([sys.executable, "-c", code], env=env, cwd=Path(__file__).parents[2])
    try:
        wait_for("it is seen", lambda: [one.pid for one in presences(client())] == [process.pid])
    finally:
        process.kill()
        process.wait()

    assert client().keys(key("process", "*"))
    assert presences(client()) == []


def test_a_server_that_is_away_ends_no_process(valkey: Valkey) -> None:
    """SPEC 15: it is told again when it is back."""
    teller = PresenceTeller("web")
    teller._try(lambda _server: client("redis://127.0.0.1:1/0", retries=0).ping())
    teller._try(teller.tell)

    assert [one.role for one in presences(client())] == ["web"]
    assert not teller._away


def test_what_is_open_is_counted_until_it_ends_however_it_ends() -> None:
    """RUN-5: sockets of a process."""
    tally = Tally()
    inner = tally.one("live")
    with tally.one("live"):
        inner.__enter__()
        both = tally.counts()
        passed_on = not inner.__exit__(OSError, OSError("broken"), None)

    assert passed_on
    assert (both, tally.counts()) == ({"live": 2}, {"live": 0})


def test_words_of_a_process_are_plain_json(valkey: Valkey) -> None:
    """DESIGN 7: no secret among them."""
    teller = PresenceTeller("beat")
    teller.tell(client())
    told = json.loads(client().get(key("process", teller.id)))

    assert set(told) == {
        *("id", "role", "host", "pid", "machine", "started_at", "at", "clock_off_s", "rss_bytes", "open"),
    }
    assert told["open"] == OPEN.counts()
    assert memory_bytes() > 0
