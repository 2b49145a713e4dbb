"""How a camera and each of its extensions are at this moment, in the words that screens show (CAM-6, EXT-3, EXT-4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analytics.engine.inference.task import Task
from analytics.engine.scene.advice import Standing
from analytics.live import ExtensionState
from cameras.capture.health import CameraStatus

NO_NETWORK = "no network"
OUTSIDE_SCHEDULE = "outside schedule"


@dataclass(frozen=True, slots=True)
class Post:
    """One extension. closed: outside its operation schedule.    opens_at: POSIX seconds; None: never again.

    fps: looks per second.    error: why it has no network.
    """

    network: str
    error: str = ""
    closed: bool = False
    opens_at: float | None = None
    fps: float = 0.0

    def state(self, capture: CameraStatus) -> ExtensionState:
        """For screens. A missing network is said when pictures come: until then their lack is the news."""
        status = str(capture.state)
        if self.closed:
            status = OUTSIDE_SCHEDULE
        elif status == "online" and not self.network:
            status = NO_NETWORK
        opens_at = self.opens_at if self.closed else None
        return {
            "status": status,
            "opens_at": opens_at,
            "network": self.network,
            "fps": 0.0 if self.closed else self.fps,
        }


@dataclass(frozen=True, slots=True)
class Condition:
    """The camera, beside what its last results say. fps: analysed, of fps_wanted.

    advice: what stands in the way of its sight (CAM-8); outside the schedule, what did when it closed.
    posts: of its extensions, one at least.
    """

    capture: CameraStatus
    fps: float
    fps_wanted: float
    posts: Mapping[Task, Post]
    advice: tuple[Standing, ...] = ()
    states: Mapping[Task, ExtensionState] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", {task: post.state(self.capture) for task, post in self.posts.items()})

    @property
    def closed(self) -> bool:
        """No extension runs, so that the camera's source is closed."""
        return all(post.closed for post in self.posts.values())

    @property
    def opens_at(self) -> float | None:
        """When the first one opens; None: never again."""
        return min((post.opens_at for post in self.posts.values() if post.opens_at is not None), default=None)

    @property
    def network(self) -> str:
        """Of the first extension."""
        return next(iter(self.posts.values())).network

    @property
    def error(self) -> str:
        """Which networks are missing."""
        return "; ".join(dict.fromkeys(post.error for post in self.posts.values() if post.error and not post.closed))

    @property
    def status(self) -> str:
        """The word of the camera (CAM-6): of its pictures; one extension that runs without its network is said."""
        words = {state["status"] for state in self.states.values()}
        if self.closed:
            return OUTSIDE_SCHEDULE
        return NO_NETWORK if NO_NETWORK in words else str(self.capture.state)

    @property
    def trouble(self) -> str:
        """Why there are no counts; a camera that is meant to rest has none."""
        if self.closed:
            return ""
        return self.error or ("" if self.status == "online" else self.capture.last_error)
