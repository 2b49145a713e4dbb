"""From one analysed frame to what browsers draw of faces, and what destinations are told of them (MASK-4, MASK-7)."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from analytics.engine.inference.scale import screen_score
from analytics.engine.masks.result import FaceResult, MaskResult, Verdict
from analytics.frame_live import LiveFace
from analytics.live import ExtensionState, MaskState
from analytics.news import FaceNews
from cameras.extensions.nonmask import NonmaskSettings

_WORN = {Verdict.MASK: True, Verdict.NO_MASK: False, Verdict.NOT_JUDGED: None}


def faces(result: MaskResult | None, settings: NonmaskSettings) -> list[LiveFace]:
    """Every face of the frame; none without a result."""
    return [_face(one, settings) for one in result.faces] if result else []


def drawn(result: MaskResult | None, settings: NonmaskSettings) -> dict[str, Any]:
    """The part of `LiveFrame` that is drawn."""
    return {"faces": faces(result, settings)}


def mask_state(result: MaskResult | None, state: ExtensionState, alarms: Iterable[str]) -> MaskState:
    """The extension now; without a result nothing is known of any face (CNT-6)."""
    return {
        **state,
        "mask": result.mask if result else None,
        "no_mask": result.no_mask if result else None,
        "not_judged": result.not_judged if result else None,
        "saturated": result.saturated if result else False,
        "crowded": result.crowded if result else False,
        "monochrome": result.monochrome if result else False,
        "pose_known": result.pose_known if result else False,
        "alarms": list(alarms),
    }


def face_news(result: MaskResult | None) -> list[FaceNews]:
    """What goes with a notification: everybody of that moment, as this frame judges them."""
    return [
        {"track": one.id, "box": _box(one), "score": _score(one), "mask": _WORN[one.verdict]}
        for one in (result.faces if result else ())
    ]


def _face(one: FaceResult, settings: NonmaskSettings) -> LiveFace:
    return {
        "id": one.id,
        "box": _box(one),
        "score": _score(one),
        "verdict": str(one.verdict),
        "reason": str(one.reason or ""),
        "decided": str(one.decided or ""),
        "judged": one.judged,
        "without": one.without,
        "needed": settings.vote_frames,
        "share": settings.vote_percentage,
        "alarm": one.in_alarm,
    }


def _score(one: FaceResult) -> int:
    return screen_score(np.float32(one.score))  # as it was: 0.9 as a double is a little less than 90 hundredths


def _box(one: FaceResult) -> list[float]:
    return [round(float(edge), 4) for edge in one.xyxy]
