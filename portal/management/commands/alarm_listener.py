"""`manage.py alarm_listener`: takes alarms that cameras send by themselves (OUT-10). Nothing starts it but you."""

import asyncio
import os
import signal
import sys
from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from notifications.protocols.tcp_alarm import PORT, port_allowed
from notifications.protocols.tcp_codec import DEFAULT, CodecError, codec_get
from notifications.receiving.book import SenderBook
from notifications.receiving.listener import Listening, listen
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


class Command(BaseCommand):
    """Runs beside a portal, until Ctrl-C or SIGTERM."""

    help = "Receives alarms from cameras (TCP by codecs, HTTP) and puts them into the list of the portal."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """See `manage.py alarm_listener --help`."""
        parser.add_argument("--host", default=settings.HOST, help="address to listen on (LOOKOUT_HOST)")
        parser.add_argument(
            "--tcp",
            type=_tcp,
            action="append",
            metavar="[CODEC:]PORT",
            help=f"TCP alarms; may be given again. {DEFAULT}:{PORT} when neither this nor --http is given",
        )
        parser.add_argument("--http", type=_port, metavar="PORT", help="HTTP alarms, at /alarm?source=%%alarmsrc2")
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
            help="keep bytes that could not be made alarms, in received/ of the data folder",
        )

    def handle(self, **options: Any) -> None:
        """Answers with the ports that it listens on."""
        _with_portal()
        wanted = Listening(
            host=options["host"],
            tcp=tuple(options["tcp"] or ([] if options["http"] is not None else [(DEFAULT, PORT)])),
            http=options["http"],
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
        await listen(wanted, book, stop, self._say)

    def _say(self, ports: dict[str, int]) -> None:
        for name, port in ports.items():
            self.stdout.write(f"Listening for {name} on port {port}")
        self.stdout.flush()


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
