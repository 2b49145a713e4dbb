"""The demo: two sites in two time zones, with cameras whose alarms come and go while somebody watches (RUN-1).

Plain values. Every camera names the clip that it plays when the folder of clips has it, and the simulated scene that
it shows otherwise. Areas, thresholds and times were chosen for what is seen in the clip, whose loop is given in s: all
together raise about nine alarms a minute, as a list that somebody watches for a while should. Faces are not drawn:
there is no demo of non-mask detection without its clip.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DemoCamera:
    """A camera of the demo; `settings` is what the API would be given.

    scene: blank where nothing that is drawn would do.    nonmask: the settings of that extension, None without it.
    """

    name: str
    clip: str
    scene: str
    settings: dict[str, Any]
    fps: float = 5.0
    nonmask: dict[str, Any] | None = None

    def url(self, clips: Collection[str]) -> str:
        """Its address: the clip when it is among `clips`, else the scene; blank where there is neither."""
        if self.clip in clips:
            return f"clip:{self.clip}"
        return f"scene:?{self.scene}" if self.scene else ""


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A site of the demo."""

    name: str
    time_zone: str
    cameras: tuple[DemoCamera, ...]


def area(
    number: int, name: str, threshold: int, time_s: float, polygon: list[list[float]], **more: Any
) -> dict[str, Any]:
    """One area that is on."""
    return {
        "number": number,
        "name": name,
        "status": True,
        "polygon": polygon,
        "count_threshold": threshold,
        "time_s": time_s,
        **more,
    }


WHOLE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]
TABLE = [[0.38, 0.58], [0.84, 0.58], [0.94, 0.98], [0.3, 0.98]]
SQUARE = [[0.02, 0.2], [0.98, 0.2], [0.98, 0.98], [0.02, 0.98]]
LAWN = [[0.02, 0.45], [0.5, 0.42], [0.78, 0.96], [0.02, 0.96]]
NEAR = [[0.0, 0.62], [1.0, 0.62], [1.0, 1.0], [0.0, 1.0]]
LANES = [[0.06, 0.03], [0.94, 0.03], [0.94, 1.0], [0.06, 1.0]]
FAR_END = [[0.1, 0.06], [0.9, 0.06], [0.9, 0.45], [0.1, 0.45]]
BAY = [[0.02, 0.36], [0.42, 0.3], [0.5, 0.95], [0.02, 0.95]]
DESK = [[0.42, 0.05], [0.58, 0.05], [0.58, 0.95], [0.42, 0.95]]
WALKWAY = [[0.36, 0.03], [0.98, 0.03], [0.98, 0.36], [0.4, 0.3]]

CAMPUS = DemoSite(
    "Campus",
    "Europe/Berlin",
    (
        DemoCamera(  # 40 s: one person, nobody from 17 to 23 s, another person
            name="Meeting table",
            clip="people-one-by-one.mp4",
            scene="seed=1&people=3",
            settings={"areas": [area(1, "Table", 1, 5, TABLE)], "pause_reset_s": 3},
        ),
        DemoCamera(  # 40 s: three people at first, seven in the middle
            name="Main path",
            clip="campus-people.mp4",
            scene="seed=2&people=12",
            settings={"areas": [area(1, "Square", 6, 5, SQUARE), area(2, "Lawn", 4, 5, LAWN)]},
        ),
        DemoCamera(  # 9 s: five to eleven riders near the camera
            name="Cycle route",
            clip="bicycles-street.mp4",
            scene="seed=3&people=2&bicycles=8",
            settings={
                "objects": ["human", "bicycle"],
                "areas": [
                    area(1, "Riders", 16, 5, NEAR, objects=["human"]),
                    area(2, "Cycles", 8, 5, NEAR, objects=["bicycle"]),
                ],
            },
        ),
        DemoCamera(  # 14 s: two people, then for 5 s somebody at the desk between them; nobody wears a mask
            name="Reception",
            clip="faces-plain.mp4",
            scene="",
            settings={"areas": [area(1, "Waiting", 3, 10, WHOLE)]},
            nonmask={"area": DESK},
        ),
    ),
)

HARBOUR = DemoSite(
    "Harbour car park",
    "Asia/Tokyo",
    (
        DemoCamera(  # 30 s: one car at 6 s, two at 16 s, one at 26 s
            name="Entrance lane",
            clip="cars-overhead.mp4",
            scene="seed=4&cars=6",
            settings={
                "objects": ["vehicle"],
                "areas": [area(1, "Lanes", 2, 1, LANES), area(2, "Far end", 3, 5, FAR_END)],
                "pause_reset_s": 2,
            },
        ),
        DemoCamera(  # 14 s: a car leaves, a cyclist comes at 10 s
            name="Upper deck",
            clip="parking-car-bicycle.mp4",
            scene="seed=5&cars=3&bicycles=2",
            settings={
                "objects": ["human", "vehicle", "bicycle"],
                "areas": [
                    area(1, "Bay", 2, 5, BAY, objects=["vehicle"]),
                    area(2, "Walkway", 3, 5, WALKWAY, objects=["human", "bicycle"]),
                ],
            },
        ),
        DemoCamera(  # 9 s: nothing happens here
            name="Lower deck",
            clip="parking-empty.mp4",
            scene="seed=6&people=1&cars=1",
            settings={"objects": ["human", "vehicle"], "areas": [area(1, "Deck", 5, 10, WHOLE)]},
            fps=2.0,
        ),
    ),
)

DEMO = (CAMPUS, HARBOUR)
