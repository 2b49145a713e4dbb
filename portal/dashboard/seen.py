"""The cameras of a board, each with what is known of it now; read for a thousand of them at once (DASH-1)."""

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.live import CameraState, area_quality
from cameras.extensions.glance import Glance
from cameras.models import Camera, Site
from cameras.selectors import Visitor, camera_glance_list
from portal.dashboard.states import states_of


@dataclass(frozen=True, slots=True)
class Seen:
    """glance: at the occupancy extension, None where it is not installed.

    state: what its owner said last; None while the camera is switched off, or nobody knows (CNT-6).
    """

    camera: Camera
    glance: Glance | None
    state: CameraState | None
    quality: str
    online: bool

    @classmethod
    def of(cls, camera: Camera, glance: Glance | None, said: CameraState | None, now: float) -> "Seen":
        """said: the newest state.    now: POSIX seconds."""
        state = said if camera.enabled else None
        quality = area_quality(state, now)
        online = state is not None and state["status"] == "online"
        return cls(camera, glance, state if quality != "unknown" else None, quality, online)

    @property
    def people(self) -> bool:
        """Whether the count of the whole picture is one of people."""
        return self.glance is not None and self.glance.people

    @property
    def counted(self) -> int:
        """How many areas are drawn and On."""
        return len(self.glance.counted) if self.glance else 0


@dataclass(frozen=True, slots=True)
class Sight:
    """known: False when the key-value server did not answer: nothing is live then."""

    cameras: list[Seen]
    known: bool


def sight_of(*, user: Visitor, sites: Iterable[Site], now: float) -> Sight:
    """The user's cameras on these sites, by name. Two queries and one trip to the key-value server; now: POSIX s."""
    found = camera_glance_list(user=user, sites=sites)
    states = states_of(camera for camera, _ in found)
    seen = [Seen.of(camera, glance, states.by_camera.get(camera.pk), now) for camera, glance in found]
    return Sight(seen, states.known)
