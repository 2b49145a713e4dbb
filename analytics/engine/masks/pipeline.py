"""The chain of one camera: frame → motion gate → network → tracker → gates → vote → alarms. Nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import numpy as np

from analytics.engine.alarm.events import EndReason
from analytics.engine.colour import ColourWatch
from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.detector import Detector
from analytics.engine.inference.tiles import TiledDetector
from analytics.engine.masks.alarms import Events, FaceAlarms, paused_ms
from analytics.engine.masks.book import Face, FaceBook, Look
from analytics.engine.masks.gates import POSE_KNOWN, Gates
from analytics.engine.masks.limits import Limits
from analytics.engine.masks.result import CROWDED, FaceResult, MaskResult, Verdict
from analytics.engine.masks.vote import VoteRule
from analytics.engine.motion import MotionGate
from analytics.engine.tracking.tracker import Tracker
from cameras.capture.frame import Frame
from cameras.extensions.nonmask import NonmaskSettings

_VERDICTS = {int(Kind.MASK): Verdict.MASK, int(Kind.NO_MASK): Verdict.NO_MASK}


class MaskPipeline:
    """Not thread-safe: the camera's own thread steps it. The detector may be shared with other cameras.

    deactivation_s: CAM-9.    fps: the wanted rate; it says when a frame is overdue.
    motion_gate: False looks at every frame.    new_id: gives the UUID of an alarm that starts.
    """

    def __init__(
        self,
        detector: Detector,
        settings: NonmaskSettings,
        *,
        deactivation_s: int = 5,
        fps: float = 5.0,
        motion_gate: bool = True,
        new_id: Callable[[], str] = lambda: str(uuid4()),
    ) -> None:
        self._plain, self._tiled = detector, TiledDetector(detector)
        self._gate = MotionGate() if motion_gate else None
        self._colour = ColourWatch()
        self._tracker = Tracker()
        self._book = FaceBook()
        self._alarms = FaceAlarms(
            deactivation_s=deactivation_s, notification=settings.alarm_notification, fps=fps, new_id=new_id
        )
        self._last_ms = 0
        self._saturated = False
        self._set(settings)

    def step(self, frame: Frame) -> MaskResult:
        """Take one frame; one from before the last counts as taken with it.

        Raises what the detector raises; then nothing has changed.
        """
        at_ms = max(frame.at_ms, self._last_ms)
        monochrome = self._colour.monochrome(frame)
        inferred = self._due(frame)
        found = self._found(frame) if inferred else None
        before = self._advance(at_ms)
        if found is None:
            self._tracker.hold(at_ms)
            self._book.hold(at_ms)
        else:
            self._look(frame, found, at_ms, monochrome)
        self._last_ms = at_ms
        faces = self._book.present
        events = before + self._alarms.frame(at_ms, **self._changes(faces, at_ms))
        return self._result(frame, faces, events, monochrome=monochrome, inferred=inferred)

    def tick(self, at_ms: int) -> Events:
        """No frame came: what ended by itself, or was due, becomes known."""
        return self._advance(at_ms)

    def lose(self, at_ms: int) -> Events:
        """The picture is frozen: it says nothing any more (SPEC 4.9)."""
        events = self._advance(at_ms)
        self._alarms.lose(at_ms)
        return events

    def apply(self, settings: NonmaskSettings, deactivation_s: int, at_ms: int, *, turned: int = 0) -> Events:
        """New settings from the next frame on (EXT-7). Alarms of faces that are left out by them end.

        turned: degrees by which the picture turns with the next frame, and what is followed with it (CAM-7).
        """
        events = self._advance(at_ms)
        if settings != self._settings:
            self._set(settings)
        self._alarms.apply(deactivation_s=deactivation_s, notification=settings.alarm_notification)
        self._tracker.turn(turned)
        self._book.turn(turned)
        return events + self._leave_out(at_ms)

    def rest(self, at_ms: int) -> Events:
        """Nothing is looked at from here on (EXT-4): alarms end, nobody is followed any more."""
        events = self.close(at_ms, EndReason.SCHEDULE)
        self._tracker.forget()
        self._book.forget()
        self._look_again = True
        return events

    def close(self, at_ms: int, reason: EndReason) -> Events:
        """The camera goes, or its extension: every alarm ends."""
        return self._advance(at_ms) + self._alarms.end(self._alarms.faces, at_ms, reason)

    def export_state(self) -> dict[str, Any]:
        """What a new owner needs to go on: tracks, faces with their votes, alarms; JSON-able."""
        return {
            "tracks": self._tracker.export(),
            "faces": self._book.export(),
            "alarms": self._alarms.export(),
            "last_ms": self._last_ms,
        }

    def restore_state(self, state: Mapping[str, Any], *, shift_ms: int, gap_ms: int) -> Events:
        """Go on where another owner stopped (SPEC 4.10), see `CameraPipeline`. No face is gone because nobody looked.

        The events are of faces that settings changed meanwhile leave out. Raises KeyError, ValueError.
        """
        self._tracker.restore(state["tracks"], shift_ms=shift_ms)
        self._book.restore(state["faces"], shift_ms=paused_ms(shift_ms, gap_ms))
        self._alarms.restore(state["alarms"], shift_ms=shift_ms, gap_ms=gap_ms)
        self._last_ms = int(state["last_ms"]) + shift_ms
        return self._leave_out(self._last_ms)

    def _set(self, settings: NonmaskSettings) -> None:
        self._settings = settings
        self._detector = self._tiled if settings.small_faces else self._plain
        self._limits, self._gates, self._rule = Limits(settings), Gates(settings), VoteRule.of(settings)
        self._look_again = True  # new thresholds find other things in the same quiet picture

    def _due(self, frame: Frame) -> bool:
        """Whether to look. The gate sees every frame; a vote that is under way is brought to its end."""
        moving = self._gate is None or self._gate.opens(frame)
        return moving or self._look_again or self._book.voting or not self._tracker.settled

    def _found(self, frame: Frame) -> Detections:
        self._look_again = True  # a look that fails is made up for with the next frame, whatever the gate says
        found, saturated = self._limits.choose(self._detector.detect(frame, self._limits.floor))
        self._look_again, self._saturated = False, saturated
        return found

    def _look(self, frame: Frame, found: Detections, at_ms: int, monochrome: bool) -> None:
        strength = self._limits.strength(found)
        # A face is the same one with and without mask, so that the tracker is told of one kind only.
        alike = Detections(found.xyxy, found.score, found.head_score, np.zeros_like(found.kind))
        tracks = self._tracker.step(alike, strength, at_ms)
        # A track that is seen has the very box of its detection.
        clear = zip(found.xyxy.tolist(), found.kind.tolist(), strength.tolist(), strict=True)
        kinds = {tuple(box): kind for box, kind, strong in clear if strong >= 1}
        looks: list[Look | None] = []
        for box, coasted_ms in zip(tracks.xyxy.tolist(), tracks.coasted_ms.tolist(), strict=True):
            kind = None if coasted_ms else kinds.get(tuple(box))
            looks.append(None if kind is None else self._judged(frame, box, _VERDICTS[kind], monochrome))
        self._book.look(tracks, looks, at_ms, self._rule)

    def _judged(self, frame: Frame, box: Sequence[float], verdict: Verdict, monochrome: bool) -> Look:
        left, top, right, bottom = box
        reason = self._gates.closed(frame, (left, top, right, bottom), monochrome=monochrome)
        return Look(verdict if reason is None else Verdict.NOT_JUDGED, reason)

    def _changes(self, faces: tuple[Face, ...], at_ms: int) -> dict[str, Any]:
        """What this frame does to alarms. None starts with a face that this very frame does not show without mask."""
        without = [face for face in faces if face.look.verdict is Verdict.NO_MASK]
        alarmed = set(self._alarms.faces)
        starts = [
            face.id
            for face in without
            if face.id not in alarmed
            and face.vote.decided is Verdict.NO_MASK
            and at_ms - face.since_ms >= self._rule.alive_ms
        ]
        ends = [face.id for face in faces if face.id in alarmed and face.vote.decided is Verdict.MASK]
        return {"starts": starts, "ends": ends, "count": len(without)}

    def _advance(self, at_ms: int) -> Events:
        events, unknown = self._alarms.advance(at_ms, self._book.gone_ms(self._alarms.faces))
        if unknown:
            self._book.forget()
        return events

    def _leave_out(self, at_ms: int) -> Events:
        """End the alarms of faces that area and zones leave out."""
        faces = self._alarms.faces
        left_out = ~self._limits.looked_at(self._book.boxes(faces))
        return self._alarms.end(
            [face for face, out in zip(faces, left_out, strict=True) if out], at_ms, EndReason.SETTINGS
        )

    def _result(
        self, frame: Frame, faces: tuple[Face, ...], events: Events, *, monochrome: bool, inferred: bool
    ) -> MaskResult:
        alarmed = set(self._alarms.faces)
        verdicts = [face.look.verdict for face in faces]
        return MaskResult(
            frame_number=frame.number,
            at_ms=frame.at_ms,
            taken_at=frame.taken_at,
            width=frame.width,
            height=frame.height,
            faces=tuple(_shown(face, face.id in alarmed) for face in faces),
            mask=verdicts.count(Verdict.MASK),
            no_mask=verdicts.count(Verdict.NO_MASK),
            not_judged=verdicts.count(Verdict.NOT_JUDGED),
            saturated=self._saturated,
            crowded=len(faces) >= CROWDED,
            monochrome=monochrome,
            inferred=inferred,
            pose_known=POSE_KNOWN,
            events=events,
        )


def _shown(face: Face, in_alarm: bool) -> FaceResult:
    return FaceResult(
        id=face.id,
        xyxy=face.xyxy,
        score=face.score,
        verdict=face.look.verdict,
        reason=face.look.reason,
        decided=face.vote.decided,
        judged=face.vote.judged,
        without=face.vote.without,
        since_ms=face.since_ms,
        in_alarm=in_alarm,
    )
