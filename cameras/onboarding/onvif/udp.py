"""Asking over UDP who is there: everybody on a network (multicast), or one address after the other (unicast).

Every question is asked twice, as UDP loses some; questions leave in bursts, so that a range does not flood a network.
"""

import select
import socket
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID, uuid4

from cameras.onboarding.onvif.reading import UnreadableError
from cameras.onboarding.onvif.wsdiscovery import GROUP, PORT, Match, matches, probe

ROUNDS = 2
BURST = 32
BETWEEN_S = 0.1
LISTEN_S = 3.0  # after the last question; a device answers multicast within half a second, and repeats
MOST_BYTES = 65_535
Answered = Callable[[str, Match], None]


@dataclass(frozen=True, slots=True)
class Line:
    """One socket, whom it asks, and from whom it takes answers: None for everybody."""

    socket: socket.socket
    targets: Sequence[str]
    known: frozenset[str] | None = None


@dataclass(slots=True)
class Asking:
    """One search. answered(sender, match): for each answer, also repeated ones.    stopped: asked again and again."""

    answered: Answered
    stopped: Callable[[], bool] = lambda: False
    port: int = PORT
    listen_s: float = LISTEN_S
    id: UUID = field(default_factory=uuid4)
    _senders: set[str] = field(default_factory=set)

    def multicast(self, interfaces: Iterable[str]) -> None:
        """interfaces: own addresses. Raises OSError when a question can leave by none of them."""
        with ExitStack() as stack:
            self._run([Line(stack.enter_context(_everybody(one)), (GROUP,)) for one in interfaces])

    def unicast(self, addresses: Sequence[str]) -> None:
        """Raises OSError when nothing can be sent at all."""
        with _socket("") as line:
            self._run([Line(line, addresses, frozenset(addresses))])

    def _run(self, lines: Sequence[Line]) -> None:
        question, sent, failure = probe(self.id), 0, OSError("there is no network to ask on")
        for number, (line, target) in enumerate(_questions(lines), start=1):
            if self.stopped():
                return
            try:
                line.socket.sendto(question, (target, self.port))
                sent += 1
            except OSError as exc:
                failure = exc  # one address without a route, or one interface that is down
            if number % BURST == 0:
                self._listen(lines, BETWEEN_S)
        if not sent:
            raise failure
        self._listen(lines, self.listen_s)

    def _listen(self, lines: Sequence[Line], seconds: float) -> None:
        end_s = monotonic() + seconds
        by_socket = {line.socket: line for line in lines}
        while (left_s := end_s - monotonic()) > 0 and not self._complete(lines) and not self.stopped():
            ready, _, _ = select.select(list(by_socket), [], [], min(left_s, 0.25))
            for one in ready:
                self._take(by_socket[one])

    def _complete(self, lines: Sequence[Line]) -> bool:
        """Nobody is left who could answer."""
        return all(line.known is not None and line.known <= self._senders for line in lines)

    def _take(self, line: Line) -> None:
        for sender, match in self._received(line):
            self._senders.add(sender)
            self.answered(sender, match)

    def _received(self, line: Line) -> list[tuple[str, Match]]:
        try:
            data, (sender, _port) = line.socket.recvfrom(MOST_BYTES)
            if line.known is None or sender in line.known:
                return [(sender, match) for match in matches(data, asked=self.id)]
        except (OSError, UnreadableError):
            pass  # anybody can send us anything here: what is no answer is no news
        return []


def _questions(lines: Sequence[Line]) -> Iterator[tuple[Line, str]]:
    for _round in range(ROUNDS):
        for line in lines:
            for target in line.targets:
                yield line, target


@contextmanager
def _socket(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((address, 0))
        line.setblocking(False)
        yield line


@contextmanager
def _everybody(address: str) -> Iterator[socket.socket]:
    """Out of the interface with this address, as far as the first router."""
    with _socket(address) as line:
        line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
        line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, struct.pack("b", 1))
        yield line
