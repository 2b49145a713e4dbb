"""A real MQTT broker (Debian's Mosquitto) and a listener to it."""

import getpass
import shutil
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tests.servers.ports import free_port

LIMIT_S = 60.0  # only ends a hang


def _program() -> str:
    """Debian keeps it where only the administrator's shell looks."""
    return shutil.which("mosquitto") or "/usr/sbin/mosquitto"


class Mosquitto:
    """Start it, stop it, kill it, start it again on the same port with what it kept.

    certificate: a file with its certificate and key: TLS.    ca: a file with the CA that clients need a certificate of.
    password: of the user `guard`; without one everybody may connect.
    """

    def __init__(
        self,
        folder: Path,
        *,
        certificate: Path | None = None,
        ca: Path | None = None,
        password: str = "",
        options: tuple[str, ...] = (),
    ) -> None:
        self.folder, self.port = folder, free_port()
        self._options = list(options)
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        if certificate:
            self._options += [f"certfile {certificate}", f"keyfile {certificate}"]
        if ca:
            self._options += [f"cafile {ca}", "require_certificate true"]
        if password:
            passwords = folder / "passwords"
            subprocess.run(["mosquitto_passwd", "-c", "-b", str(passwords), "guard", password], check=True)
            self._options += [f"password_file {passwords}"]
        self._options += [f"allow_anonymous {'false' if password else 'true'}"]

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def log(self) -> str:
        """What it has written so far."""
        return (self.folder / "mosquitto.log").read_text()

    def start(self) -> Self:
        """Returns when it takes connections. It dies with the process (more exactly the thread) that started it."""
        config = self.folder / "mosquitto.conf"
        config.write_text("\n".join([*self._config(), ""]))
        with (self.folder / "mosquitto.log").open("ab") as log:
            argv = ["setpriv", "--pdeathsig", "KILL", _program(), "-v", "-c", str(config)]
            self._process = subprocess.Popen(argv, stdout=log, stderr=log)
        until_s = time.monotonic() + LIMIT_S
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            if self._process.poll() is not None or time.monotonic() > until_s:
                raise RuntimeError(f"Mosquitto did not start: {self.log}")
            threading.Event().wait(0.01)

    def stop(self) -> None:
        """Ask it to end, and wait for that; it keeps sessions and retained messages."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)
            self._process = None

    def _config(self) -> list[str]:
        return [
            "per_listener_settings true",
            f"listener {self.port} 127.0.0.1",
            *self._options,
            "persistence true",
            f"persistence_location {self.folder}/",
            f"user {getpass.getuser()}",
            "max_queued_messages 0",
            # Not 0, no limit: Mosquitto 2.0 then loses how far each QoS 2 message was when it restarts, and publishes
            # again what its subscriber has already released.
            "max_inflight_messages 20",
        ]


@dataclass(frozen=True)
class Heard:
    """One message. at_s: when, POSIX seconds."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    at_s: float


class Listener:
    """Hears everything that a broker without TLS is told, while it is open; its session outlives a restart."""

    def __init__(self, broker: Mosquitto, topic: str = "#") -> None:
        self.heard: list[Heard] = []
        self._came = threading.Condition()
        self._subscribed = threading.Event()
        self._topic, self._port = topic, broker.port
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="listener", clean_session=False)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_facts: client.subscribe(self._topic, 2)
        self._client.on_subscribe = lambda *_facts: self._subscribed.set()
        self._client.on_message = self._hear

    def __enter__(self) -> Self:
        self._client.connect("127.0.0.1", self._port)
        self._client.loop_start()
        assert self._subscribed.wait(LIMIT_S)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def wait(self, count: int, topic: str = "") -> list[Heard]:
        """The first `count` messages, of topics that begin so, when they are there."""

        def found() -> list[Heard]:
            return [one for one in self.heard if one.topic.startswith(topic)]

        with self._came:
            if not self._came.wait_for(lambda: len(found()) >= count, LIMIT_S):
                raise TimeoutError(f"{len(found())} messages, {count} expected")
            return found()[:count]

    def _hear(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        with self._came:
            self.heard.append(Heard(message.topic, message.payload, message.qos, message.retain, time.time()))
            self._came.notify_all()
