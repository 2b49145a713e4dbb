"""What is on its way to a broker: which packet is which message, and who waits for its acknowledgement. Plain Python.

A message at QoS 1 or 2 stays on its way when the connection breaks: the connection sends it again by itself. Whoever
waited for it is told, and comes back with the same key: then it waits for the same packet.

An answer may be lost: its sender has given up in that very moment or was killed, the key-value server came back empty.
So the key of an acknowledged message is kept until a sender has said that it heard of it. Whoever asks before that is
told, and nothing is published twice; who asks afterwards means it.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_UNHEARD = 10_000


@dataclass(slots=True)
class Flight:
    """One message on its way. waiting: ids of the parcels that carried it; the link's own messages have none."""

    key: str
    qos: int
    waiting: set[str] = field(default_factory=set)


class Flights:
    """Used by one thread."""

    def __init__(self) -> None:
        self._by_packet: dict[int, Flight] = {}
        self._by_key: dict[str, Flight] = {}
        self._unheard: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_packet)

    def begin(self, packet_id: int, flight: Flight) -> None:
        """It was published."""
        self._by_packet[packet_id] = flight
        self._by_key[flight.key] = flight

    def find(self, key: str) -> Flight | None:
        """The message of this key that is on its way."""
        return self._by_key.get(key)

    def arrived(self, key: str) -> bool:
        """Whether it was acknowledged, and no sender has said that it knows."""
        return key in self._unheard

    def heard(self, keys: Iterable[str]) -> None:
        """Their sender knows that they were acknowledged."""
        for key in keys:
            self._unheard.pop(key, None)

    def end(self, packet_id: int) -> Flight | None:
        """The broker has it. None for a packet that is not ours."""
        flight = self._by_packet.pop(packet_id, None)
        if flight is None:
            return None
        self._by_key.pop(flight.key, None)
        if flight.waiting:
            self._unheard[flight.key] = None
            while len(self._unheard) > MOST_UNHEARD:
                self._unheard.popitem(last=False)
        return flight

    def broken(self) -> list[str]:
        """The connection ended: the parcels that waited. What was sent at QoS 0 is forgotten."""
        waiting = [parcel for flight in self._by_packet.values() for parcel in flight.waiting]
        for packet_id, flight in list(self._by_packet.items()):
            if flight.qos == 0:
                del self._by_packet[packet_id]
                del self._by_key[flight.key]
        return waiting
