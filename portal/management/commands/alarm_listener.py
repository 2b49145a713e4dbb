"""`manage.py alarm_listener`: takes what cameras send by themselves (OUT-10). Nothing starts it but you."""

import asyncio
import os
import signal
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cameras.extensions.mqtt import TOPIC
from notifications.kinds.broker_url import BrokerUrlError, broker_of_url
from notifications.protocols.tcp_alarm import PORT, port_allowed
from notifications.protocols.tcp_codec import DEFAULT, CodecError, codec_get
from notifications.receiving.book import SenderBook
from notifications.receiving.listener import Listening, listen
from notifications.receiving.mqtt import Subscribed
from notifications.services.mqtt_route import own_client_id
from portal.common.outgoing import Network, parse_networks
from portal.management.running import portal_url


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text[:6]) > 65535:
        raise ArgumentTypeError(f"{text!r} is no port, 1 to 65535 expected (0: any that is free)")
    return int(text)


def _tcp(text: str) -> tuple[str, int]:
    """[CODEC:]PORT"""
    name, _, number = text.rpartition(":")
    port = _port(number)
    if port and not port_allowed(port):
        raise ArgumentTypeError(f"port {port} is not allowed for TCP alarms, usual is {PORT}")
    try:
        codec_get(name or DEFAULT)
    except CodecError as exc:
        raise ArgumentTypeError(str(exc)) from exc
    return name or DEFAULT, port


def _network(text: str) -> Network:
    try:
        (network,) = parse_networks([text])
    except ValueError as exc:
        raise ArgumentTypeError(f"{text!r} is no network, such as 10.0.0.7 or 10.0.0.0/24") from exc
    return network


def _mqtt(text: str) -> str:
    try:
        broker = broker_of_url(text, client_id="")
    except BrokerUrlError as exc:
        raise ArgumentTypeError(str(exc)) from exc
    if broker.password:
        raise ArgumentTypeError("a password here is seen by everybody on this machine: set LOOKOUT_LISTENER_MQTT")
    return text


def _pem(text: str) -> str:
    try:
        return Path(text).read_text("ascii")
    except (OSError, UnicodeDecodeError) as exc:
        raise ArgumentTypeError(f"{text}: no PEM file that can be read") from exc


class Command(BaseCommand):
    """Runs beside a portal, until Ctrl-C or SIGTERM."""

    help = "Receives alarms (TCP by codecs, HTTP, MQTT) and counts (MQTT) that cameras themselves send."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """See `manage.py alarm_listener --help`."""
        parser.add_argument("--host", default=settings.HOST, help="address to listen on (LOOKOUT_HOST)")
        parser.add_argument(
            "--tcp",
            type=_tcp,
            action="append",
            metavar="[CODEC:]PORT",
            help=f"TCP alarms; may be given again. {DEFAULT}:{PORT} when no other way in is given",
        )
        parser.add_argument("--http", type=_port, metavar="PORT", help="HTTP alarms, at /alarm?source=%%alarmsrc2")
        _add_mqtt(parser)
        parser.add_argument(
            "--trust",
            type=_network,
            action="append",
            default=[],
            metavar="NETWORK",
            help="who may tell of other addresses than its own: a recorder, another portal; may be given again",
        )
        parser.add_argument(
            "--study",
            action="store_true",
            help="keep what could not be made alarms or counts, in received/ of the data folder",
        )

    def handle(self, **options: Any) -> None:
        """Answers with the ports that it listens on."""
        _with_portal()
        mqtt = _subscribed(options)
        other = options["http"] is not None or mqtt is not None
        wanted = Listening(
            host=options["host"],
            tcp=tuple(options["tcp"] or ([] if other else [(DEFAULT, PORT)])),
            http=options["http"],
            mqtt=mqtt,
            study=settings.DATA / "received" if options["study"] else None,
        )
        try:
            asyncio.run(self._listen(wanted, SenderBook(options["trust"])))
        except OSError as exc:
            raise CommandError(f"Cannot listen on {wanted.host}: {exc}", returncode=2) from exc

    async def _listen(self, wanted: Listening, book: SenderBook) -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        await listen(wanted, book, stop, lambda ports: self._say(ports, wanted.mqtt))

    def _say(self, ports: dict[str, int], mqtt: Subscribed | None) -> None:
        for name, port in ports.items():
            self.stdout.write(f"Listening for {name} on port {port}")
        if mqtt:
            self.stdout.write(f"Subscribing at {mqtt.broker.name} to {', '.join(mqtt.topics)}")
        self.stdout.flush()


def _add_mqtt(parser: CommandParser) -> None:
    parser.add_argument(
        "--mqtt",
        type=_mqtt,
        metavar="URL",
        help="counts and alarms from this MQTT server, such as mqtts://user@host:8883 (LOOKOUT_LISTENER_MQTT)",
    )
    parser.add_argument(
        "--mqtt-topic",
        action="append",
        metavar="TOPIC",
        help=f"what to subscribe to there; may be given again. Usual: {TOPIC}",
    )
    parser.add_argument("--mqtt-ca", type=_pem, metavar="FILE", help="the CA of the server, PEM")
    parser.add_argument("--mqtt-cert", type=_pem, metavar="FILE", help="a client certificate with its key, PEM")


def _subscribed(options: dict[str, Any]) -> Subscribed | None:
    """Raises CommandError for an environment that makes no sense."""
    url = options["mqtt"] or settings.LISTENER_MQTT
    if not url:
        return None
    certificates = {"ca_certificate": options["mqtt_ca"] or "", "client_certificate": options["mqtt_cert"] or ""}
    try:
        broker = broker_of_url(url, client_id=own_client_id("listener"), **certificates)
    except BrokerUrlError as exc:
        raise CommandError(f"LOOKOUT_LISTENER_MQTT: {exc}", returncode=2) from exc
    return Subscribed(broker, tuple(options["mqtt_topic"] or [TOPIC]))


def _with_portal() -> None:
    """Destinations and browsers are told through its key-value server, which every setting reads at the start."""
    url = portal_url()
    if not url:
        raise CommandError(
            f"No portal to listen for: set REDIS_URL and DATABASE_URL to those of the portal, "
            f"or start one on the data folder {settings.DATA} first (make run)."
        )
    if not settings.REDIS_URL:
        os.environ["REDIS_URL"] = url
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606
