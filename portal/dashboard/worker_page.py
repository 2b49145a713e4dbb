"""What the Workers page shows: how much each can do, does, and for which cameras (EXT-2, RUN-4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.live import CameraState
from analytics.workers.heartbeat import Beat
from cameras.models import Camera
from portal.dashboard.states import status_of


@dataclass(frozen=True, slots=True)
class Held:
    """A camera that a worker has. may: the visitor administers its site, so may have it moved."""

    camera: Camera
    status: str
    fps: float
    short: bool
    may: bool


@dataclass(frozen=True, slots=True)
class WorkerCard:
    """One worker. name: its host for portal administrators, a number for others.    hidden: cameras of other sites."""

    beat: Beat
    name: str
    held: list[Held]
    hidden: int

    @property
    def left(self) -> float:
        """Frames/s that it could analyse beside what it has."""
        return max(0.0, self.beat.capacity - self.beat.load)


def worker_cards(
    beats: Iterable[Beat],
    cameras: Mapping[int, Camera],
    states: Mapping[int, CameraState],
    *,
    administered: set[int],
    named: bool,
) -> list[WorkerCard]:
    """cameras: what the visitor may see, by id.    administered: ids of sites.    named: whether hosts are told."""
    return [
        WorkerCard(
            beat,
            beat.worker if named else _("Worker %(number)s") % {"number": number},
            [_held(cameras[one], states.get(one), beat, administered) for one in beat.cameras if one in cameras],
            sum(one not in cameras for one in beat.cameras),
        )
        for number, beat in enumerate(beats, start=1)
    ]


def _held(camera: Camera, state: CameraState | None, beat: Beat, administered: set[int]) -> Held:
    fps = state["fps"] if state else 0.0
    return Held(camera, status_of(camera, state), fps, camera.pk in beat.short, camera.site_id in administered)
