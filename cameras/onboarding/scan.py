"""A search for devices, as it stands: what was found, what was read, what went wrong (CAM-3). Plain Python.

It is passed around as JSON, and holds user names and passwords only as `access`, which whoever stores it encrypts.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from cameras.onboarding.onvif.device import Device, Found, Sensor, Stream
from cameras.onboarding.onvif.errors import DeviceReason
from cameras.onboarding.onvif.place import Place

SILENT_S = 30.0  # a search that works says so every few seconds


class Phase(StrEnum):
    """What is being done."""

    SEARCHING = "searching"
    READING = "reading"
    READY = "ready"


class Trouble(StrEnum):
    """Why a search ended before its end."""

    NONE = ""
    STOPPED = "stopped"
    NO_INTERFACE = "no_interface"
    NETWORK = "network"
    BROKE_OFF = "broke_off"


class State(StrEnum):
    """Of one device."""

    FOUND = "found"
    WAITING = "waiting"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One device of a search, known by its host.

    access: encrypted user name and password, for reading and adding.    reason, detail: why reading failed.
    """

    found: Found
    state: State = State.FOUND
    device: Device = field(default_factory=Device)
    reason: DeviceReason | None = None
    detail: str = ""
    access: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        return self.found.place.host

    @property
    def title(self) -> str:
        """What to call a camera of this device, as far as is known."""
        model = " ".join(part for part in (self.device.maker, self.device.model) if part)
        return (self.found.name or model or self.found.hardware or self.host)[:60]

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Self:
        found = dict(given["found"])
        device = dict(given["device"])
        sensors = [
            Sensor(one["channel"], tuple(Stream(**each) for each in one["streams"])) for one in device["sensors"]
        ]
        return cls(
            found=Found(**{**found, "place": Place(**found["place"])}),
            state=State(given["state"]),
            device=Device(**{**device, "sensors": tuple(sensors)}),
            reason=DeviceReason(given["reason"]) if given["reason"] else None,
            detail=given["detail"],
            access=given["access"],
        )


@dataclass(frozen=True, slots=True)
class Scan:
    """The whole search of one person.

    interface: its name, "" for all.    addresses: the range as it was written, "" for a network.
    turn: grows with every piece of work, so that each is done once.    done, of: addresses, or devices being read.
    changed_at: POSIX seconds.
    """

    id: str
    user_id: int
    interface: str = ""
    addresses: str = ""
    phase: Phase = Phase.SEARCHING
    turn: int = 1
    done: int = 0
    of: int = 0
    trouble: Trouble = Trouble.NONE
    changed_at: float = 0.0
    candidates: tuple[Candidate, ...] = ()

    @property
    def running(self) -> bool:
        return self.phase is not Phase.READY

    def seen_at(self, now_s: float) -> "Scan":
        """As it has to be shown: nobody works on what has been silent for SILENT_S."""
        if not self.running or now_s - self.changed_at < SILENT_S:
            return self
        left = tuple(replace(one, state=State.FOUND) if one.state is State.WAITING else one for one in self.candidates)
        return replace(self, phase=Phase.READY, trouble=Trouble.BROKE_OFF, candidates=left)

    def candidate(self, host: str) -> Candidate | None:
        """The device at `host`."""
        return next((one for one in self.candidates if one.host == host), None)

    def with_candidate(self, candidate: Candidate) -> "Scan":
        """With this one instead of the one at the same host, or beside the others; in the order of addresses."""
        others = [one for one in self.candidates if one.host != candidate.host]
        return replace(self, candidates=tuple(sorted([*others, candidate], key=_order)))

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        given = json.loads(text)
        candidates = tuple(Candidate.from_json(one) for one in given["candidates"])
        typed = {"phase": Phase(given["phase"]), "trouble": Trouble(given["trouble"]), "candidates": candidates}
        return cls(**{**given, **typed})


def _order(candidate: Candidate) -> tuple[int, ...]:
    """10.0.0.9 before 10.0.0.10."""
    return tuple(int(part) for part in candidate.host.split(".") if part.isdecimal())
