"""A door that listens to a broker, and what talks to it: a camera, another portal (WIRE 1, 2)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from cameras.extensions.mqtt import TOPIC
from notifications.kinds.broker import Broker
from notifications.protocols import occupancy_alarm
from notifications.receiving.book import SenderBook
from notifications.receiving.desk import Desk
from notifications.receiving.ledger import Ledger
from notifications.receiving.mqtt import MqttDoor, Subscribed
from tests.notifications.outputs import wait_until
from tests.notifications.records import LOBBY
from tests.servers.mosquitto import Mosquitto

MAC = "001122aabbcc"


class Sender:
    """A camera that talks to the broker itself."""

    def __init__(self, broker: Mosquitto) -> None:
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="camera")
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()

    def say(self, payload: bytes, *, topic: str = TOPIC, qos: int = 1, retain: bool = False) -> None:
        self._client.publish(topic, payload, qos, retain).wait_for_publish(20)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Listening:
    """A door, with the book and the ledger behind it."""

    def __init__(self, broker: Mosquitto, *, study: Path | None = None) -> None:
        self.book, self.ledger = SenderBook(), Ledger()
        self.book.refresh()
        wanted = Subscribed(Broker("127.0.0.1", broker.port, "lookout-test-listener", tls=False), (TOPIC,))
        self.door = MqttDoor(Desk(self.book, self.ledger), wanted, study=study)

    def __enter__(self) -> "Listening":
        self.door.start()
        wait_until(self.door._subscription.granted.is_set, "not subscribed")
        return self

    def __exit__(self, *_error: object) -> None:
        self.door.close()

    def taken(self, count: int) -> None:
        wait_until(lambda: self._figures()["taken"] >= count, f"{count} not taken: {self.ledger.to_json()}")

    def refused(self, reason: str) -> dict[str, Any]:
        """What was not taken for this reason, once it is there."""

        def found() -> list[dict[str, Any]]:
            return [one for one in self.ledger.to_json()["refused"] if one["reason"] == reason]

        wait_until(found, f"nothing refused as {reason}: {self.ledger.to_json()}")
        return found()[0]

    def _figures(self) -> dict[str, Any]:
        figures: dict[str, Any] = self.ledger.to_json()["doors"].get("mqtt", {"taken": 0})
        return figures


def counts(mac: str = MAC, *, at: datetime | None = None, picture: int = 9, **areas: int) -> bytes:
    """As a camera says it (WIRE 1)."""
    numbers = {f"Area{number}_Current": str(areas.get(f"area{number}", 0)) for number in range(1, 5)}
    when = f"{at or datetime.now(UTC):%Y%m%d%H%M%S}"
    return json.dumps({"CameraMACaddress": mac, "Time": when, "ALL_Current": str(picture), **numbers}).encode()


def alarm(mac: str = MAC, **facts: Any) -> bytes:
    """As another portal says it (WIRE 2)."""
    said = json.loads(occupancy_alarm.encode(LOBBY))
    return json.dumps({**said, "Time": f"{datetime.now(UTC):%Y%m%d%H%M%S}", "CameraMACaddress": mac, **facts}).encode()
