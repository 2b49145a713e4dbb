"""What is on its way to a broker: which packet is which message, and who waits for its acknowledgement. Plain Python.

A message at QoS 1 or 2 stays on its way when the connection breaks: the connection sends it again by itself. Whoever
waited for it is told, and comes back with the same key: then it waits for the same packet. When the acknowledgement
comes while nobody waits, the key is kept until its sender asks, so that nothing is published twice.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

MOST_LATE = 10_000


@dataclass(slots=True)
class Flight:
    """One message on its way. waiting: parcel id -> until when; the link's own messages have no parcels."""

    key: str
    qos: int
    waiting: dict[str, float] = field(default_factory=dict)


class Flights:
    """Used by one thread. Instants are seconds of the monotonic clock."""

    def __init__(self) -> None:
        self._by_packet: dict[int, Flight] = {}
        self._by_key: dict[str, Flight] = {}
        self._late: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_packet)

    def begin(self, packet_id: int, flight: Flight) -> None:
        """It was published."""
        self._by_packet[packet_id] = flight
        self._by_key[flight.key] = flight

    def find(self, key: str) -> Flight | None:
        """The message of this key that is on its way."""
        return self._by_key.get(key)

    def arrived_late(self, key: str) -> bool:
        """Whether it was acknowledged while nobody waited; told once."""
        return self._late.pop(key, self) is None

    def end(self, packet_id: int, now_s: float) -> tuple[Flight, list[str]] | None:
        """The broker has it: the flight, and the parcels that still wait for it. None for a packet that is not ours."""
        flight = self._by_packet.pop(packet_id, None)
        if flight is None:
            return None
        self._by_key.pop(flight.key, None)
        waiting = [parcel for parcel, until_s in flight.waiting.items() if until_s > now_s]
        if flight.waiting and not waiting:
            self._late[flight.key] = None
            while len(self._late) > MOST_LATE:
                self._late.popitem(last=False)
        return flight, waiting

    def broken(self) -> list[str]:
        """The connection ended: the parcels that waited. What was sent at QoS 0 is forgotten."""
        waiting = [parcel for flight in self._by_packet.values() for parcel in flight.waiting]
        for packet_id, flight in list(self._by_packet.items()):
            # Who waited has been told, and is not there when the acknowledgement comes: -inf, not nobody.
            flight.waiting = dict.fromkeys(flight.waiting, float("-inf"))
            if flight.qos == 0:
                del self._by_packet[packet_id]
                del self._by_key[flight.key]
        return waiting
