"""What the chain costs beside the network: `python -m tests.analytics.engine.overhead`.

A detector that answers at once with objects that walk about, five in a hundred of them missed and a fifth of them
weak; four areas, motion gate off. CPU time per frame in ms, the best of seven rounds of 200 frames.
"""

from collections.abc import Callable
from time import process_time

import numpy as np

from analytics.engine.alarms import CameraAlarms
from analytics.engine.areas.counting import AreaCounter
from analytics.engine.colour import tinted
from analytics.engine.inference.detections import OCCUPANCY_KINDS, Detections
from analytics.engine.motion import MotionGate
from analytics.engine.pipeline import CameraPipeline
from analytics.engine.tracking.thresholds import Thresholds
from analytics.engine.tracking.tracker import Tracker
from cameras.capture.frame import Frame
from cameras.extensions.areas import AreaSettings
from cameras.extensions.occupancy import OccupancySettings
from tests.analytics.engine.scenes import FakeDetector

ROUNDS, FRAMES = 7, 200
CORNERS = ((0.02, 0.02), (0.98, 0.02), (0.98, 0.5), (0.6, 0.4), (0.98, 0.98), (0.02, 0.98))
SETTINGS = OccupancySettings(
    objects=tuple(kind.label for kind in OCCUPANCY_KINDS),
    areas=tuple(AreaSettings(number, f"Area {number}", True, CORNERS, 1) for number in range(1, 5)),
)
LIMITS = Thresholds.of(SETTINGS, monochrome=False)
IMAGE = np.random.default_rng(0).integers(0, 255, (540, 640), np.uint8)


def walkers(objects: int) -> list[Detections]:
    """What a detector says of them, frame by frame."""
    draw = np.random.default_rng(objects)
    place, step = draw.uniform(0.1, 0.9, (objects, 2)), draw.normal(0, 0.01, (objects, 2))
    size = np.c_[draw.uniform(0.03, 0.06, objects), draw.uniform(0.1, 0.2, objects)] / 2
    kind, found = draw.integers(0, len(OCCUPANCY_KINDS), objects).astype(np.int8), []
    for _ in range(FRAMES):
        place = place + step
        step = np.where((place < 0.1) | (place > 0.9), -step, step)
        boxes = np.c_[place - size, place + size] + draw.normal(0, 0.002, (objects, 4))
        score = np.where(draw.random(objects) < 0.2, 0.18, draw.uniform(0.3, 0.95, objects))
        seen = draw.random(objects) > 0.05
        none = np.full(seen.sum(), np.nan, np.float32)
        found.append(Detections(boxes[seen].astype(np.float32), score[seen].astype(np.float32), none, kind[seen]))
    return found


def frame(number: int) -> Frame:
    """The same picture of 640×360, later."""
    return Frame(number, number * 200, 0.0, IMAGE)


def cost_ms(work: Callable[[], Callable[[int], object]]) -> float:
    """`work()` prepares a round and returns what is done with each frame."""
    best = float("inf")
    for _ in range(ROUNDS):
        step = work()
        begun = process_time()
        for number in range(FRAMES):
            step(number)
        best = min(best, process_time() - begun)
    return best / FRAMES * 1000


def tracker(found: list[Detections]) -> Callable[[int], object]:
    one = Tracker()
    return lambda number: one.step(found[number], LIMITS.strength(found[number]), number * 200)


def areas(found: list[Detections]) -> Callable[[int], object]:
    one, counter = Tracker(), AreaCounter(SETTINGS)
    tracks = [one.step(seen, LIMITS.strength(seen), number * 200) for number, seen in enumerate(found)]
    return lambda number: counter.count(tracks[number], found[number])


def timers(found: list[Detections]) -> Callable[[int], object]:
    one, counter, alarms = Tracker(), AreaCounter(SETTINGS), CameraAlarms(SETTINGS, 5, 5.0, lambda: "a")
    tracks = [one.step(seen, LIMITS.strength(seen), number * 200) for number, seen in enumerate(found)]
    counts = [counter.count(*both) for both in zip(tracks, found, strict=True)]
    return lambda number: alarms.frame(number * 200, counts[number])


def pipeline(found: list[Detections]) -> Callable[[int], object]:
    detector = FakeDetector()
    one, frames = CameraPipeline(detector, SETTINGS, motion_gate=False), [frame(number) for number in range(FRAMES)]

    def step(number: int) -> object:
        detector.shown = found[number]
        return one.step(frames[number])

    return step


def main() -> None:
    """Print the table."""
    gate, frames = MotionGate(), [frame(number) for number in range(FRAMES)]
    print(f"motion gate, 640×360: {cost_ms(lambda: lambda number: gate.opens(frames[number])):.3f} ms")
    print(f"colour, once a second: {cost_ms(lambda: lambda number: tinted(frames[number])):.3f} ms")
    print(f"{'objects':>8} {'tracker':>8} {'areas':>8} {'timers':>8} {'pipeline in all':>16}")
    for objects in (0, 1, 3, 5, 10, 40):
        found = walkers(objects)
        parts = [cost_ms(lambda part=part, found=found: part(found)) for part in (tracker, areas, timers, pipeline)]
        print(f"{objects:8} {parts[0]:8.3f} {parts[1]:8.3f} {parts[2]:8.3f} {parts[3]:16.3f}")


if __name__ == "__main__":
    main()
