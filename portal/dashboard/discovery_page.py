"""What the page “Find cameras” shows of a search, and what its form means (CAM-3, CAM-10)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from cameras.onboarding.onvif.device import Sensor
from cameras.onboarding.scan import Candidate, Scan, State
from cameras.services.discovery import Choice

Known = Mapping[str, Sequence[tuple[int, str, str]]]


@dataclass(frozen=True, slots=True)
class SensorLine:
    """A sensor with its streams. known: the name of the camera that shows one of them already, "" for none."""

    sensor: Sensor
    known: str = ""


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A device that was found. cameras: id and name of those here at its address.    chosen: its box is ticked."""

    candidate: Candidate
    name: str
    cameras: tuple[tuple[int, str], ...]
    sensors: tuple[SensorLine, ...]
    chosen: bool = False

    @property
    def host(self) -> str:
        return self.candidate.host


def device_lines(scan: Scan, known: Known, *, posted: QueryDict | None = None) -> list[DeviceLine]:
    """posted: a form that was refused; what was ticked and typed in it stays."""
    titles = Counter(one.title for one in scan.candidates)
    lines = [_line(one, titles[one.title] > 1, known.get(one.host, ())) for one in scan.candidates]
    begun = any(one.state is not State.FOUND for one in scan.candidates)
    return [replace(line, **_filled(line, begun, posted)) for line in lines]


def _line(candidate: Candidate, doubled: bool, known: Sequence[tuple[int, str, str]]) -> DeviceLine:
    by_url = {url: name for _pk, name, url in known}
    sensors = [
        SensorLine(sensor, next((by_url[stream.url] for stream in sensor.streams if stream.url in by_url), ""))
        for sensor in candidate.device.sensors
    ]
    host = candidate.host
    name = f"{candidate.title} {host}" if doubled and candidate.title != host else candidate.title
    return DeviceLine(candidate, name, tuple((pk, title) for pk, title, _url in known), tuple(sensors))


def _filled(line: DeviceLine, begun: bool, posted: QueryDict | None) -> dict[str, Any]:
    """Ticked at first: what is not here yet; once streams were read, of those only the ones that were chosen for it."""
    if posted is not None:
        return {"name": posted.get(f"name-{line.host}", line.name), "chosen": line.host in posted.getlist("device")}
    return {"chosen": not line.cameras and (line.candidate.state is not State.FOUND or not begun)}


def choices_of(posted: QueryDict, scan: Scan) -> list[Choice]:
    """The ticked devices that were read, with the chosen stream of each sensor; what is no number is not chosen."""
    ticked = set(posted.getlist("device"))
    return [_choice(posted, one) for one in scan.candidates if one.host in ticked and one.state is State.READ]


def _choice(posted: QueryDict, candidate: Candidate) -> Choice:
    host, streams = candidate.host, {}
    for sensor in candidate.device.sensors:
        place = posted.get(f"stream-{host}-{sensor.channel}", "")
        if place.isascii() and place.isdecimal():
            streams[sensor.channel] = int(place)
    return Choice(host, posted.get(f"name-{host}", "").strip()[:80], streams)
