"""What the Workers page shows: how much each can do, does, and for which cameras (EXT-2, RUN-4)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.engine.inference.providers import Running
from analytics.live import CameraState
from analytics.workers.heartbeat import Beat
from cameras.models import Camera
from portal.dashboard.states import status_of

MOST_SHOWN = 64  # cameras of one worker: a simulator has a thousand, and the page is asked for every two seconds


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
    """One worker. name: its host for portal administrators, a number for others.

    seen: ids of its cameras that the visitor may see; who comes short is first.    held: those that are shown.
    """

    beat: Beat
    name: str
    seen: list[int]
    held: list[Held]

    @property
    def more(self) -> int:
        """Cameras that are not shown because there are too many."""
        return len(self.seen) - len(self.held)

    @property
    def hidden(self) -> int:
        """Cameras of other sites."""
        return len(self.beat.cameras) - len(self.seen)

    @property
    def left(self) -> float:
        """Frames/s that it could analyse beside what it has; a drained one takes nothing."""
        return 0.0 if self.beat.draining else max(0.0, self.beat.capacity - self.beat.load)

    @property
    def runs_on(self) -> list[str]:
        """What its networks run on; each once, as most run on the same."""
        return list(dict.fromkeys(_runs_on(one) for one in self.beat.running))

    @property
    def notes(self) -> list[str]:
        """Why they do not run as chosen; for portal administrators."""
        return list(dict.fromkeys(note for one in self.beat.running for note in one.notes))


def worker_cards(
    beats: Iterable[Beat],
    cameras: Mapping[int, Camera],
    states: Mapping[int, CameraState],
    *,
    administered: set[int],
    named: bool,
) -> list[WorkerCard]:
    """cameras: what the visitor may see, by id.    administered: ids of sites.    named: whether hosts are told."""
    cards = []
    for number, beat in enumerate(beats, start=1):
        seen = _seen(beat, cameras)
        held = [_held(cameras[one], states.get(one), beat, administered) for one in seen[:MOST_SHOWN]]
        name = beat.worker if named else _("Worker %(number)s") % {"number": number}
        cards.append(WorkerCard(beat, name, seen, held))
    return cards


def _seen(beat: Beat, known: Collection[int]) -> list[int]:
    short = set(beat.short)
    return sorted((one for one in beat.cameras if one in known), key=lambda one: one not in short)


def _runs_on(running: Running) -> str:
    if running.together == 1:
        return running.title
    text = ngettext("%(device)s, %(number)s picture a run", "%(device)s, %(number)s pictures a run", running.together)
    return text % {"device": running.title, "number": running.together}


def _held(camera: Camera, state: CameraState | None, beat: Beat, administered: set[int]) -> Held:
    fps = state["fps"] if state else 0.0
    return Held(camera, status_of(camera, state), fps, camera.pk in beat.short, camera.site_id in administered)
