"""What is known of a scene from before. Apart from `watch.py`: the web process plans cameras without OpenCV."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analytics.engine.scene.advice import Advice

COLOUR, MONOCHROME = "colour", "monochrome"


@dataclass(frozen=True, slots=True)
class SceneMemory:
    """open: advice that holds, and since when (POSIX seconds).

    views: COLOUR, MONOCHROME -> as `ViewWatch.pack` gave it.
    """

    open: Mapping[Advice, float] = field(default_factory=dict)
    views: Mapping[str, bytes] = field(default_factory=dict)
