"""The receivers as one process: doors, desk and book, until somebody says stop (DESIGN 7)."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.db import Error, connection

from notifications.protocols.tcp_codec import codec_get
from notifications.receiving.book import SenderBook
from notifications.receiving.desk import Desk
from notifications.receiving.guests import Guests
from notifications.receiving.http import HttpDoor
from notifications.receiving.ledger import Ledger
from notifications.receiving.mqtt import NAME, MqttDoor, Subscribed
from notifications.receiving.state import ListenerState
from notifications.receiving.tcp import TcpDoor

log = structlog.get_logger(__name__)

ENDING_S = 2.0
"""What is at work when the process ends has so long; a sender repeats what was not confirmed."""

Ports = list[tuple[str, int]]
"""Of each door that has one, by the name of the codec, or http."""


@dataclass(frozen=True, slots=True)
class Listening:
    """What to listen on. tcp: codec and port of each; port 0: any that is free.    http: port, None: no HTTP.

    study: see the doors.    mqtt: None: no MQTT.
    """

    host: str
    tcp: tuple[tuple[str, int], ...] = ()
    http: int | None = None
    study: Path | None = None
    mqtt: Subscribed | None = None


async def listen(
    wanted: Listening, book: SenderBook, stop: asyncio.Event, ready: Callable[[dict[str, int]], None]
) -> None:
    """Until `stop`. Raises CodecError, OSError for a port in use.

    ready: told which port belongs to which way in, once all are open.
    """
    ended = threading.Event()
    keeper = threading.Thread(target=book.keep, args=(ended,), name="book of senders")
    desk = Desk(book, Ledger())
    await asyncio.to_thread(_begin, book)
    keeper.start()
    try:
        async with AsyncExitStack() as stack:
            servers = [(name, await stack.enter_async_context(server)) for name, server in await _open(wanted, desk)]
            ports = [(name, server.sockets[0].getsockname()[1]) for name, server in servers]
            ready(dict(ports))
            await _beside(wanted, desk, ports, stop)
            await _close([server for _, server in servers])
    finally:
        ended.set()
        await asyncio.to_thread(keeper.join)


def _begin(book: SenderBook) -> None:
    try:
        book.refresh()
    except Error as error:
        log.warning("listener: database away, nobody is known yet", error=str(error))
    finally:
        connection.close()


async def _beside(wanted: Listening, desk: Desk, ports: Ports, stop: asyncio.Event) -> None:
    """What has threads of its own: the subscription, and the word for the screen; until `stop`."""
    mqtt = MqttDoor(desk, wanted.mqtt, study=wanted.study) if wanted.mqtt else None
    for name in (*(name for name, _port in ports), *([NAME] if mqtt else [])):
        desk.ledger.open(name)
    state = ListenerState(lambda: _state(wanted, desk, ports, mqtt))
    beside = [one for one in (mqtt, state) if one]
    for one in beside:
        one.start()
    try:
        await stop.wait()
    finally:
        for one in beside:
            await asyncio.to_thread(one.close)


def _state(wanted: Listening, desk: Desk, ports: Ports, mqtt: MqttDoor | None) -> dict[str, Any]:
    """ports: by door."""
    told = desk.ledger.to_json()
    for name, port in ports:
        told["doors"][name].setdefault("ports", []).append(port)
    study = wanted.study is not None
    return {**told, "address": wanted.host, "study": study, "mqtt": mqtt.state() if mqtt else None}


async def _open(wanted: Listening, desk: Desk) -> list[tuple[str, asyncio.Server]]:
    guests, servers = Guests(), []
    try:
        for name, port in wanted.tcp:
            door = TcpDoor(desk, codec_get(name), guests, name=name, study=wanted.study)
            servers.append((name, await asyncio.start_server(door.welcome, wanted.host, port)))
        if wanted.http is not None:
            http = HttpDoor(desk, guests)
            servers.append((http.name, await asyncio.start_server(http.welcome, wanted.host, wanted.http)))
    except BaseException:
        for _, server in servers:
            server.close()
        raise
    return servers


async def _close(servers: Iterable[asyncio.Server]) -> None:
    """No new connections; those that are here may finish what they are at."""
    for server in servers:
        server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        _done, late = await asyncio.wait(others, timeout=ENDING_S)
        for task in late:
            task.cancel()
