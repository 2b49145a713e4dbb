"""How many notifications a second go out, and how soon the first byte of one does (SPEC 7; DESIGN 6).

python -m tests.bench.deliveries     prints JSON: `deliveries_per_s`, 1,000 alarms to 4 webhooks each, four threads of
one process; `first_byte_p95_ms`, from the raising of an alarm to its arrival, through key-value server and worker.

The receivers are a process of their own and speak TLS, so both cores are at work. On PostgreSQL:
python -m tests.servers.postgres -- python -m tests.bench.deliveries
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django

from tests import environment

ALARMS, RECEIVERS, AREAS, CAMERAS = 1_000, 4, 4, 10
BATCH = 50  # alarms in one transaction, as the writer has them when many come at once
ONE_BY_ONE = 100
LIMIT_S = 60.0


def main() -> None:
    """Throughput first, then promptness with a worker beside it."""
    environment.VALKEY.start()
    os.environ |= {"LOOKOUT_ALLOWED_NETWORKS": "127.0.0.0/8", "LOOKOUT_LOG_LEVEL": "ERROR"}
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    try:
        with receivers() as others:
            rate = _rate(others)
            delays_ms = sorted(_delays_ms(others))
    finally:
        environment.VALKEY.stop()
    figures = {"deliveries_per_s": round(rate), "first_byte_p95_ms": delays_ms[int(0.95 * len(delays_ms))]}
    details = {"alarms": ALARMS, "receivers": RECEIVERS, "first_byte_p50_ms": delays_ms[len(delays_ms) // 2]}
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


def receive() -> None:
    """The other process: tells where it listens, then for every line it is sent, when each message arrived."""
    from tests.servers.hook import OK, Hook, Received, Reply

    arrived: dict[str, float] = {}

    def reply(request: Received) -> Reply:
        arrived[request.headers["webhook-id"]] = time.time()
        return OK

    hooks = [Hook(Path(tempfile.mkdtemp(prefix="lookout-bench-"))) for _ in range(RECEIVERS)]
    for hook in hooks:
        hook.reply = reply
        hook.__enter__()
    sys.stdout.write(json.dumps([{"url": hook.url, "ca": hook.ca, "port": hook.port} for hook in hooks]) + "\n")
    sys.stdout.flush()
    for _line in sys.stdin:
        sys.stdout.write(json.dumps(arrived) + "\n")
        sys.stdout.flush()


class Receivers:
    """The other process, seen from here."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.hooks = [SimpleNamespace(**one) for one in self._read()]

    def arrived(self) -> dict[str, float]:
        """Id of each message -> POSIX seconds."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        found: dict[str, float] = self._read()
        return found

    def _read(self) -> Any:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())


@contextmanager
def receivers() -> Iterator[Receivers]:
    """They run until the end of `with`."""
    argv = [sys.executable, "-c", "from tests.bench.deliveries import receive; receive()"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Receivers(process)
        finally:
            process.kill()


@contextmanager
def worker() -> Iterator[None]:
    """A Celery worker for the queue of deliveries."""
    argv = [str(Path(sys.executable).with_name("celery")), "-A", "portal.celery", "worker", "-n", "deliveries"]
    argv += ["-Q", "notify", "--pool", "threads", "-c", "4", "--without-gossip", "--without-mingle", "-l", "ERROR"]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def _rate(others: Receivers) -> float:
    """Deliveries a second, of what waits already."""
    from django.db import connection

    from notifications.models import Notification
    from notifications.services.drain import destination_drain
    from tests.factories import DestinationFactory, SiteFactory

    site = SiteFactory()
    destinations = [DestinationFactory(site=site, hook=hook) for hook in others.hooks]
    _queue(site)

    def send(destination_id: int) -> None:
        while destination_drain(destination_id=destination_id):
            pass
        connection.close()

    begin = time.perf_counter()
    threads = [threading.Thread(target=send, args=(one.pk,)) for one in destinations]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Notification.objects.filter(state=Notification.State.SENT).count() / (time.perf_counter() - begin)


def _queue(site: Any) -> None:
    """ALARMS starts, in the areas of CAMERAS cameras."""
    from django.db import transaction

    from tests.factories import AlarmFactory, CameraFactory
    from tests.notifications.outbox import tell

    cameras = [CameraFactory(site=site) for _ in range(CAMERAS)]
    for first in range(0, ALARMS, BATCH):
        with transaction.atomic():
            for number in range(first, first + BATCH):
                tell(AlarmFactory(camera=cameras[number % CAMERAS], area_number=number // CAMERAS % AREAS + 1))


def _delays_ms(others: Receivers) -> Iterator[float]:
    """From before the alarm's transaction to the arrival of its message, one alarm after the other."""
    from notifications import tasks
    from notifications.models import Notification
    from tests.factories import AlarmFactory, CameraFactory, DestinationFactory
    from tests.notifications.outbox import tell

    destination = DestinationFactory(hook=others.hooks[0])
    camera, pause = CameraFactory(site=destination.site), threading.Event()
    with worker():
        for number in range(-1, ONE_BY_ONE):
            alarm, begin = AlarmFactory(camera=camera), time.time()
            tell(alarm)
            name = str(Notification.objects.get(alarm=alarm).id)
            while name not in (arrived := others.arrived()):
                if number < 0:
                    tasks.sweep()  # the worker starts; a wake-up that nobody takes expires
                if time.time() - begin > LIMIT_S:
                    raise TimeoutError(f"the message did not arrive within {LIMIT_S:g} s")
                pause.wait(0.01)
            if number >= 0:
                yield round((arrived[name] - begin) * 1000, 1)


if __name__ == "__main__":
    main()
