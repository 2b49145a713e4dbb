"""Non-mask on one camera: faces, an alarm for each non-wearer, people by the minute (SPEC 5)."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import uuid4

from analytics.engine.alarm.events import EndReason
from analytics.engine.inference.detector import Detector
from analytics.engine.inference.task import Task
from analytics.engine.masks.pipeline import MaskPipeline
from analytics.engine.masks.result import MaskResult
from analytics.engine.scene.watch import FacesSeen
from analytics.live import STALE_S, ExtensionState
from analytics.workers import masksight
from analytics.workers.adoption import FaceOrphans, Orphans
from analytics.workers.alarmbook import Place, Told
from analytics.workers.clipring import Shown
from analytics.workers.compliance import ComplianceBook
from analytics.workers.extension import Scenes
from analytics.workers.moment import Moment
from analytics.workers.outbox import Entry
from analytics.workers.plan import CameraPlan, OpenAlarm
from analytics.workers.state import SavedState
from analytics.workers.watch import ExtensionWatch
from cameras.capture.frame import Frame
from cameras.extensions.nonmask import NonmaskSettings

NOTHING: dict[str, Any] = {"faces": [], "mask": None}
"""The part of `LiveFrame` of a camera without non-mask."""

UNTOLD: dict[str, Any] = {"mask": None}
"""The part of `CameraState` of such a camera."""


class MaskWatch(ExtensionWatch[MaskPipeline, MaskResult]):
    """One owner's."""

    task = Task.NONMASK
    orphaned = EndReason.FACE_GONE

    def __init__(self, plan: CameraPlan, saved: SavedState | None, *, epoch: int, at: Moment) -> None:
        self._people = ComplianceBook(epoch)
        super().__init__(plan, saved, tallies=self._people, at=at)

    def seen(self, result: MaskResult) -> FacesSeen:
        return FacesSeen(result.monochrome, result.saturated, len(result.faces))

    def shows(self, result: MaskResult) -> bool:
        return bool(result.faces)

    def live(self, frame: Frame, state: ExtensionState) -> dict[str, Any]:
        here = self.result if self.frame is frame else None
        mask = masksight.mask_state(here, state, self._book.open)
        return {"faces": masksight.faces(here, self._settings), "mask": mask}

    def shown(self) -> Shown:
        return partial(masksight.drawn, self.result, self._settings)

    def told(self, state: ExtensionState, now: float) -> dict[str, Any]:
        """What was seen too long ago is not told any more, whatever another extension sees (CNT-6)."""
        fresh = self.result if self.result and now - self.result.taken_at < STALE_S else None
        return {"mask": masksight.mask_state(fresh, state, self._book.open)}

    def urgent(self) -> tuple[Any, ...]:
        return self._book.open

    def blurred(self, number: int) -> list[list[float]]:
        """The faces of others, where the policy of the site says so."""
        if not self._plan.blur_faces or self.result is None:
            return []
        return [list(one.xyxy) for one in self.result.faces if one.id != number]

    def face(self, number: int) -> int:
        return number

    @property
    def _settings(self) -> NonmaskSettings:
        settings: NonmaskSettings = self.mine.settings
        return settings

    def _new_pipeline(self, detector: Detector) -> MaskPipeline:
        deactivation_s, fps = self._plan.deactivation_s, self._plan.spec.fps
        return MaskPipeline(detector, self._settings, deactivation_s=deactivation_s, fps=fps, new_id=self._new_id)

    def _new_id(self) -> str:
        """Of an alarm that starts: somebody whom only the database knows goes on under theirs."""
        orphan = self._orphans.claim() if isinstance(self._orphans, FaceOrphans) else None
        if orphan is None:
            return str(uuid4())
        self._book.adopt(orphan)
        return orphan.alarm_id

    def _step(self, pipeline: MaskPipeline, frame: Frame, *, faint: bool) -> MaskResult:  # noqa: ARG002 - as every one's
        return pipeline.step(frame)

    def _told_with(self, at: Moment, result: MaskResult | None, scene: Scenes) -> Told:
        return Told(lambda track: Place(0, face=track), at.utc, scene, masksight.face_news(result or self.result))

    def _new_orphans(self, alarms: Iterable[OpenAlarm]) -> Orphans:
        return FaceOrphans(alarms)

    def _adopt(self, result: MaskResult, at: Moment) -> None:
        """They are claimed when an alarm starts."""

    def _counted(self, result: MaskResult, at: Moment) -> list[Entry]:
        return self._people.frame(at.utc_ms, {face.id: face.decided for face in result.faces})

    def _passed_by(self, at: Moment) -> list[Entry]:
        return self._people.tick(at.utc_ms)
