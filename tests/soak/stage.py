"""Two delivery workers and beat, an MQTT server, two receivers of webhooks; somebody tells alarms all the time."""

import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from django.db import Error, connection, transaction

from analytics.models import Alarm
from cameras.models import Camera
from notifications.models import Notification
from notifications.services.mqtt_alarms import mqtt_alarms_follow
from notifications.services.mqtt_server import mqtt_server_set
from tests.factories import AlarmFactory, DestinationFactory, SiteFactory
from tests.notifications.faults.telling import AREAS, turns
from tests.notifications.faults.verdict import Area, Arrival, Verdict, from_mqtt, from_webhook, judge
from tests.notifications.outbox import tell
from tests.notifications.outputs import mqtt_camera, see
from tests.notifications.processes import Processes
from tests.servers.hook import Hook
from tests.servers.mosquitto import Listener, Mosquitto

ALARM_TOPIC, COUNT_TOPIC = "alarms", "counts"
START_S = 180.0  # for the workers, on a machine that is busy; only ends a hang


class Stage(ExitStack):
    """While it is open. Everything dies with the thread that opened it."""

    def __init__(self, folder: Path, cameras: int, **tab: object) -> None:
        super().__init__()
        for name in ("well", "troubled"):
            (folder / name).mkdir()
        self.broker = self.enter_context(Mosquitto(folder / "broker"))
        self.listener = self.enter_context(Listener(self.broker))
        self.well, self.troubled = (self.enter_context(Hook(folder / name)) for name in ("well", "troubled"))
        self.cameras = self._make_cameras(cameras, tab)
        self.processes = self.enter_context(Processes(folder))
        self.workers = [self.processes.worker(name) for name in ("left", "right")]
        self.beat = self.processes.beat()

    def _make_cameras(self, count: int, tab: dict[str, object]) -> list[Camera]:
        site = SiteFactory(name="Soak")
        config = {"host": "127.0.0.1", "port": self.broker.port, "tls": False}
        mqtt_server_set(site=None, config=config)
        for hook in (self.well, self.troubled):
            DestinationFactory(site=site, hook=hook)
        topics = {"topic": COUNT_TOPIC, "alarm_topic": ALARM_TOPIC}
        made = [mqtt_camera(site, areas=AREAS, alarm_notification=True, **topics, **tab) for _ in range(count)]
        for camera in made:
            mqtt_alarms_follow(camera_id=camera.pk)
        return made

    def heard(self) -> dict[str, list[Arrival]]:
        """What each receiver has got so far."""
        alarms = [one for one in list(self.listener.heard) if one.topic == ALARM_TOPIC]
        hooks = {"well": self.well, "troubled": self.troubled}
        return {
            "mqtt": [from_mqtt(one) for one in alarms],
            **{name: [from_webhook(one) for one in list(hook.requests)] for name, hook in hooks.items()},
        }

    def verdict(self, told: dict[Area, list[str]]) -> Verdict:
        """Of all receivers, about these alarms only."""
        wanted = {alarm for alarms in told.values() for alarm in alarms}
        total = Verdict(0, 0, 0, 0, 0)
        for arrivals in self.heard().values():
            total += judge(told, (one for one in arrivals if one.alarm in wanted))
        return total


class Seer(threading.Thread):
    """Says every second what each camera counts, while it is open."""

    def __init__(self, cameras: list[Camera]) -> None:
        super().__init__(name="seer", daemon=True)
        self._cameras, self._stopping = cameras, threading.Event()

    def run(self) -> None:
        """See threading.Thread."""
        while not self._stopping.wait(1.0):
            for camera in self._cameras:
                see(camera, 3, areas=AREAS)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._stopping.set()
        self.join()


class Teller(threading.Thread):
    """Tells an alarm every `period_s`, `most` at most; while the database is away it waits, as the writer does."""

    def __init__(self, cameras: list[Camera], period_s: float, most: int = 1_000_000) -> None:
        super().__init__(name="teller", daemon=True)
        self._turns, self._period_s = turns(cameras, most), period_s
        self._told: list[tuple[float, Area, str]] = []
        self._stopping = threading.Event()

    def run(self) -> None:
        """See threading.Thread."""
        for camera, number in self._turns:
            begin_s = time.monotonic()
            alarm = str(uuid.uuid4())
            while not self._write(camera, number, alarm) and not self._stopping.wait(0.2):
                pass
            self._told.append((time.time(), (camera.pk, number), alarm))
            if self._stopping.wait(max(self._period_s - (time.monotonic() - begin_s), 0)):
                break
        connection.close()

    def stop(self) -> None:
        self._stopping.set()
        self.join()

    def told(self, begin: float = 0.0, end: float = float("inf")) -> dict[Area, list[str]]:
        """What was told between the moments, POSIX seconds."""
        found: dict[Area, list[str]] = defaultdict(list)
        for at, area, alarm in list(self._told):
            if begin <= at < end:
                found[area].append(alarm)
        return found

    def _write(self, camera: Camera, number: int, alarm: str) -> bool:
        """False when the database is away; whether an answer was lost or a commit, the id tells."""
        try:
            with transaction.atomic():
                if not Alarm.objects.filter(pk=alarm).exists():
                    tell(AlarmFactory(id=alarm, camera=camera, area_number=number, area_name=f"Area {number}"))
        except Error:
            connection.close()
            return False
        return True


def waiting(told: Iterable[str]) -> int | None:
    """How many notifications of these alarms are not sent; None while the database is away."""
    try:
        return Notification.objects.filter(alarm__in=list(told)).exclude(state="sent").count()
    except Error:
        connection.close()
        return None
