"""The same of the non-mask extension: what `manage.py analyse --extension nonmask` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from analytics.analyse import Line, Sums, seconds, told
from analytics.engine.inference.detector import Detector
from analytics.engine.masks.pipeline import MaskPipeline
from analytics.engine.masks.result import MaskResult
from analytics.trial import Trial
from cameras.capture.frame import Frame
from cameras.extensions.nonmask import NonmaskSettings


def analyse_masks(
    frames: Iterable[Frame], detector: Detector, trial: Trial[NonmaskSettings], *, fps: float, motion_gate: bool = True
) -> Iterator[Line]:
    """One line per analysed frame, one per alarm event behind the frame that showed it, and the summary.

    Raises ValueError when there is no frame at all, and what reader and detector raise.
    """
    pipeline = MaskPipeline(
        detector, trial.settings, deactivation_s=trial.deactivation_s, fps=fps, motion_gate=motion_gate
    )
    summary = MaskSummary(detector.network.id)
    for frame in frames:
        result = pipeline.step(frame)
        summary.add(result)
        yield {"t": seconds(result.at_ms), **_counts(result)}
        yield from told(result.events, "face")
    yield {"summary": summary.line()}


class MaskSummary(Sums):
    """Sums of non-mask over a recording."""

    def __init__(self, network: str) -> None:
        super().__init__(network)
        self._most: Counter[str] = Counter()
        self._faces: set[int] = set()

    def add(self, result: MaskResult) -> None:
        """One more frame."""
        self.frame(result.at_ms, inferred=result.inferred, events=result.events)
        self._most |= Counter(_counts(result))
        self._faces |= {face.id for face in result.faces}

    def line(self) -> Line:
        """See `Sums`; the most at once of each verdict, and how many different faces were followed."""
        maximum = {verdict: self._most[verdict] for verdict in ("mask", "no_mask", "not_judged")}
        return super().line() | {"maximum": maximum, "faces": len(self._faces)}


def _counts(result: MaskResult) -> dict[str, int]:
    return {"mask": result.mask, "no_mask": result.no_mask, "not_judged": result.not_judged}
