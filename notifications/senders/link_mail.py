"""Handing a message to whoever holds the connection to its MQTT server, and hearing what came of it (OUT-3; DESIGN 7).

There is one connection per broker and identity, held under a lease by one process (`workers/link.py`), while any worker
may be sending. `mqtt:<link>` is the owner's letter box. A parcel in it names a list of its own for the answer.
Nothing here is kept: who hears nothing in time tries again, as the outbox does with every other destination. An answer
can be lost, so the owner remembers what was acknowledged until the sender's second letter says that it knows.
"""

import base64
import json
import secrets
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from redis import Redis

from analytics.workers.keyvalue import key, server_time_us
from notifications.protocols.base import Message

KEPT_S = 60  # what nobody takes goes
ANSWER_KEPT_S = 30
TURN_S = 1.0  # shorter than the client's own time limit


class Came(StrEnum):
    """What came of a parcel."""

    SENT = "sent"  # QoS 1, 2: the broker has acknowledged it; QoS 0: it has left us
    AWAY = "away"  # the broker is not there; nothing was sent
    BROKEN = "broken"  # the connection broke while it was under way; it goes on by itself when the broker is back
    LATE = "late"  # no answer in time


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a parcel, and why."""

    came: Came
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message. key: the same for the same message, whenever it is sent.    until_us: the sender waits no longer, by
    the key-value server's clock."""

    key: str
    message: Message
    until_us: int
    id: str = field(default_factory=lambda: secrets.token_hex(8))

    def to_json(self) -> str:
        payload = base64.b64encode(self.message.payload).decode()
        return json.dumps({**asdict(self), "message": {**asdict(self.message), "payload": payload}})

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Self:
        """As `to_json` wrote them. Raises KeyError, TypeError, ValueError."""
        message = facts.pop("message")
        return cls(message=Message(**{**message, "payload": base64.b64decode(message["payload"])}), **facts)


@dataclass(frozen=True, slots=True)
class Heard:
    """The sender knows that these were acknowledged. keys: of their parcels."""

    keys: tuple[str, ...]

    def to_json(self) -> str:
        return json.dumps({"heard": self.keys})


def letter_read(text: bytes) -> Parcel | Heard:
    """Raises ValueError for what neither `to_json` wrote."""
    try:
        facts = json.loads(text)
        return Heard(tuple(facts["heard"])) if "heard" in facts else Parcel.from_facts(facts)
    except (KeyError, TypeError, ValueError) as exc:
        raise ValueError(f"letter for an MQTT server: {exc!r}") from exc


def lease_name(link: str) -> str:
    """Of the one who holds the connection."""
    return f"mqtt:{link}"


def post(server: Redis, link: str, *, name: str, message: Message, limit_s: float) -> Receipt:
    """Have it published, and wait for what comes of it. name: the parcel's `key`.    Raises RedisError."""
    if not server.exists(key("lease", lease_name(link))):
        return Receipt(Came.AWAY, "nobody holds the connection to the MQTT server")
    parcel = Parcel(name, message, server_time_us(server) + round(limit_s * 1_000_000))
    _put(server, link, parcel)
    return _answer(server, parcel, time.monotonic() + limit_s) or Receipt(
        Came.LATE, f"not acknowledged within {limit_s:.2g} s"
    )


def heard(server: Redis, link: str, names: Sequence[str]) -> None:
    """Tell the owner that the answers about these messages have come, so that it may forget them. Raises RedisError."""
    _put(server, link, Heard(tuple(names)))


def _put(server: Redis, link: str, letter: Parcel | Heard) -> None:
    pipe = server.pipeline(transaction=False)
    pipe.rpush(key("mqtt", link), letter.to_json())
    pipe.expire(key("mqtt", link), KEPT_S)
    pipe.execute()


def _answer(server: Redis, parcel: Parcel, until_s: float) -> Receipt | None:
    while (left_s := until_s - time.monotonic()) > 0:
        found: Any = server.blpop([key("mqttreply", parcel.id)], timeout=min(TURN_S, max(left_s, 0.01)))
        if found:
            came, _, reason = found[1].decode().partition(" ")
            return Receipt(Came(came), reason)
    return None


def take(server: Redis, link: str) -> tuple[list[bytes], int]:
    """What was posted, after at most TURN_S, and the server's clock in µs. Raises RedisError."""
    pipe = server.pipeline(transaction=False)
    pipe.blpop([key("mqtt", link)], timeout=TURN_S)
    pipe.lpop(key("mqtt", link), 1000)
    pipe.time()
    first, more, (seconds, micros) = pipe.execute()
    return [*([first[1]] if first else []), *(more or [])], int(seconds) * 1_000_000 + int(micros)


def answer(server: Redis, parcel_ids: Collection[str], receipt: Receipt) -> None:
    """Raises RedisError."""
    pipe = server.pipeline(transaction=False)
    for one in parcel_ids:
        pipe.rpush(key("mqttreply", one), f"{receipt.came} {receipt.reason}")
        pipe.expire(key("mqttreply", one), ANSWER_KEPT_S)
    pipe.execute()
