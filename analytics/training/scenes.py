"""Simulated cameras as training pictures, so that the demo without clips detects too; never part of a figure."""

from __future__ import annotations

import numpy as np

from analytics.training.targets import Area, Picture, Targets
from analytics.training.tasks import OCCUPANCY, Task
from cameras.capture.scene import SceneSettings, SceneSource
from cameras.capture.scenes.cast import Role, Seen

LICENCE = "simulated"
CLASS_OF_KIND = {"human": 0, "vehicle": 1, "bicycle": 2}
PICTURES_PER_SCENE, FRAMES = 8, 6000
FIRST_SEED = 10_000  # no demo camera shows these scenes
MOST = (10, 4, 4)  # people, cars, bicycles
HIDDEN = 0.7  # a figure of which a nearer one covers more than this gives no loss

Corners = tuple[float, float, float, float]


def scene_pictures(task: Task, number: int, seed: int) -> list[Picture]:
    """`number` drawn pictures, the same for the same seed. They show nobody's face, so they teach occupancy only."""
    if task is not OCCUPANCY:
        return []
    rng = np.random.default_rng(seed)
    pictures: list[Picture] = []
    while len(pictures) < number:
        scene = _scene(FIRST_SEED + len(pictures), rng)
        pictures += [_picture(scene, int(rng.integers(0, FRAMES))) for _ in range(PICTURES_PER_SCENE)]
    return pictures[:number]


def _scene(seed: int, rng: np.random.Generator) -> SceneSource:
    people, cars, bicycles = (int(rng.integers(0, most + 1)) for most in MOST)
    return SceneSource(SceneSettings(seed=seed, people=people, cars=cars, bicycles=bicycles, width=416, height=234))


def _picture(scene: SceneSource, number: int) -> Picture:
    frame, seen = scene.frame(number), scene.seen_at(number)
    nearer = [[other.xyxy for other in seen[i + 1 :]] for i in range(len(seen))]
    shown = [one for one, others in zip(seen, nearer, strict=True) if _covered(one.xyxy, others) < HIDDEN]
    hidden = [one for one, others in zip(seen, nearer, strict=True) if _covered(one.xyxy, others) >= HIDDEN]
    boxes = [(*area, 1.0) for one in shown for area in _areas(one)]
    areas = [area for one in hidden for area in _areas(one)]
    return Picture(frame.bgr(), Targets.of(boxes, areas, frame.width, frame.height), LICENCE)


def _areas(one: Seen) -> list[Area]:
    """One for each kind that a figure counts as."""
    return [(CLASS_OF_KIND[kind], *_corners(one, kind)) for kind in one.kinds]


def _corners(one: Seen, kind: str) -> Corners:
    """Of a rider the machine is the lower part and the human the middle, as in real labels."""
    if one.actor.role is not Role.BICYCLE:
        return one.xyxy
    x0, y0, x1, y1 = one.xyxy
    if kind == "bicycle":
        return x0, y0 + 0.42 * (y1 - y0), x1, y1
    return x0 + 0.2 * (x1 - x0), y0, x1 - 0.2 * (x1 - x0), y1 - 0.1 * (y1 - y0)


def _covered(box: Corners, nearer: list[Corners]) -> float:
    """The largest share of a box that one nearer box covers."""
    x0, y0, x1, y1 = box
    shared = (max(0.0, min(x1, b[2]) - max(x0, b[0])) * max(0.0, min(y1, b[3]) - max(y0, b[1])) for b in nearer)
    return max(shared, default=0.0) / ((x1 - x0) * (y1 - y0))
