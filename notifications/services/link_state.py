"""How the connections to MQTT servers are, as their owners tell it: for the screen (OUT-3; DESIGN 7).

`mqttlink:<link>` is the word of the one who holds a connection, and `mqttplan` that of any worker about which there
should be: a connection that nobody holds is shown, too. Both have a life: nothing is shown that nobody says any more.
"""

import json
import os
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from redis import Redis

from analytics.workers.keyvalue import key
from notifications.services.mqtt_plan import LinkPlan

LIFE_S = 15


@dataclass(frozen=True, slots=True)
class LinkPlace:
    """One connection that there should be. cameras: ids."""

    link: str
    server: str
    client_id: str
    cameras: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LinkState:
    """One that somebody holds. Instants are POSIX seconds; figures are of this owner, since it took the connection.

    owner: host and process.    since_s: of the connection, None without one; error says why then.
    in_flight: published, not acknowledged yet.    delivered: acknowledged, or sent at QoS 0.
    counts_sent: messages.    counts_waiting: newest counts that wait for the server.    counts_skipped: never sent.
    frames_sent: of scenes; a process of an older portal does not tell.
    """

    link: str
    owner: str
    at_s: float
    since_s: float | None
    error: str
    in_flight: int
    delivered: int
    counts_sent: int
    counts_waiting: int
    counts_skipped: int
    frames_sent: int = 0


def owner_name() -> str:
    """This process, for people."""
    return f"{socket.gethostname()}:{os.getpid()}"


def links_plan_write(server: Redis, plans: Mapping[str, LinkPlan]) -> None:
    """Raises RedisError."""
    places = [
        LinkPlace(one.link, one.broker.name, one.broker.client_id, tuple(sorted({*one.cameras, *one.silent})))
        for one in plans.values()
    ]
    told = {"at_s": time.time(), "links": [asdict(one) for one in places]}
    server.set(key("mqttplan", "all"), json.dumps(told), ex=LIFE_S)


def link_states_write(server: Redis, states: Iterable[LinkState]) -> None:
    """Raises RedisError."""
    pipe = server.pipeline(transaction=False)
    for state in states:
        pipe.set(key("mqttlink", state.link), json.dumps(asdict(state)), ex=LIFE_S)
    pipe.execute()


def links_read(server: Redis) -> list[tuple[LinkPlace, LinkState | None]] | None:
    """Each with the word of its holder; None while no worker says which there should be. Raises RedisError."""
    found: Any = server.get(key("mqttplan", "all"))
    if found is None:
        return None
    places = [LinkPlace(**{**one, "cameras": tuple(one["cameras"])}) for one in json.loads(found)["links"]]
    words: Any = server.mget([key("mqttlink", one.link) for one in places]) if places else []
    states = [LinkState(**json.loads(word)) if word else None for word in words]
    return list(zip(places, states, strict=True))
