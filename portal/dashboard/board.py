"""The overview's figures for the first paint (DASH-1): plain values. `static/js/overview/figures.js` keeps them up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analytics.live import AreaState, CameraState, area_quality
from cameras.models import Camera, Site
from portal.dashboard.states import glance_of

ROWS = 6  # areas that a card shows


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One line of a card: an area, and how full it is."""

    camera: Camera
    area: AreaState
    quality: str

    @property
    def level(self) -> str:
        """alarm, reached or below; unknown while stale."""
        if self.quality == "stale":
            return "unknown"
        if self.area["alarm"]:
            return "alarm"
        return "reached" if is_over(self.area) else "below"

    @property
    def share(self) -> float:
        """How much of the meter is filled, 0 to 100; full at the threshold."""
        return min(100.0, 100 * (self.area["count"] or 0) / self.area["threshold"])


@dataclass(frozen=True, slots=True)
class Figures:
    """all, online: cameras that are switched on, and those with a picture; the sums leave out what nobody knows now."""

    all: int
    online: int
    over: int
    people: int
    fps: float
    open_alarms: int

    @property
    def offline(self) -> int:
        return self.all - self.online


@dataclass(frozen=True, slots=True)
class Card:
    """One site. rows: as many as the card has lines; None for a line without an area."""

    site: Site
    figures: Figures
    rows: list[AreaRow | None]
    simulated: bool  # simulated people are among those counted

    @property
    def empty(self) -> bool:
        return not any(self.rows)


def is_over(area: AreaState) -> bool:
    """Whether an area holds as many as its threshold, or more."""
    return area["status"] and area["count"] is not None and area["count"] >= area["threshold"]


def figures(cameras: Iterable[Camera], states: Mapping[int, CameraState], open_alarms: int, now: float) -> Figures:
    """now: POSIX seconds."""
    watched = [camera for camera in cameras if camera.enabled]
    known = [(camera, state) for camera, state in _known(watched, states, now)]
    return Figures(
        all=len(watched),
        online=sum(1 for camera in watched if camera.pk in states and states[camera.pk]["status"] == "online"),
        over=sum(is_over(area) for _, state in known for area in state["areas"]),
        people=sum(state["count"] or 0 for camera, state in known if counts_people(camera)),
        fps=sum(state["fps"] for _, state in known),
        open_alarms=open_alarms,
    )


def fullest(cameras: Iterable[Camera], states: Mapping[int, CameraState], now: float) -> list[AreaRow]:
    """The areas that are On: alarms first, then by fullness, then by camera and number."""
    rows = [
        AreaRow(camera, area, area_quality(state, now))
        for camera, state in _known(cameras, states, now)
        for area in state["areas"]
        if area["status"]
    ]
    return sorted(rows, key=_by_fullness)


def card(site: Site, cameras: list[Camera], states: Mapping[int, CameraState], open_alarms: int, now: float) -> Card:
    areas = fullest(cameras, states, now)
    lines = min(ROWS, sum(_areas_on(camera) for camera in cameras))
    shown: list[AreaRow | None] = [*areas[:lines], *[None] * (lines - len(areas))]
    return Card(site, figures(cameras, states, open_alarms, now), shown, simulates_people(cameras))


def counts_people(camera: Camera) -> bool:
    """Whether the camera's count of the whole picture is one of people."""
    glance = glance_of(camera)
    return glance is not None and glance.people


def simulates_people(cameras: Iterable[Camera]) -> bool:
    """Whether a sum of people has simulated ones in it: the page says so."""
    return any(camera.enabled and camera.simulated and counts_people(camera) for camera in cameras)


def camera_to_json(camera: Camera, url: str) -> dict[str, Any]:
    """What the scripts of the overview know of a camera beside its state."""
    return {
        "id": camera.pk,
        "site": camera.site_id,
        "name": camera.name,
        "url": url,
        "people": counts_people(camera),
        "enabled": camera.enabled,
        "simulated": camera.simulated,
    }


def _known(
    cameras: Iterable[Camera], states: Mapping[int, CameraState], now: float
) -> list[tuple[Camera, CameraState]]:
    found = [(camera, states.get(camera.pk)) for camera in cameras if camera.enabled]
    return [(camera, state) for camera, state in found if state and area_quality(state, now) != "unknown"]


def _areas_on(camera: Camera) -> int:
    glance = glance_of(camera)
    return len(glance.counted) if glance else 0


def _by_fullness(row: AreaRow) -> tuple[bool, float, int, int]:
    share = (row.area["count"] or 0) / row.area["threshold"]
    return not row.area["alarm"], -share, row.camera.pk, row.area["number"]
