"""From the live picture of a camera to the scene that ONVIF describes (OUT-4, OCC-29; WIRE 3). Plain Python."""

import json
from datetime import UTC, datetime
from typing import Any

from notifications.protocols.scene import Analytics, SceneFrame, SceneObject

LENGTH_BYTES = 4
MOST_OBJECTS = 100
"""More than these are left out, the least sure ones, and the frame says how many."""
HIGHEST_SCORE = 99

_WORN = {"mask": True, "no_mask": False}


def scene_frames(message: bytes) -> list[SceneFrame]:
    """The objects of one frame, and the faces where somebody looks for any.

    message: as a camera's worker publishes it (DESIGN 4): length, JSON of `frame_live.LiveFrame`, JPEG or nothing.
    """
    frame = _header(message)
    return [_objects(frame)] if frame.get("mask") is None else [_objects(frame), _faces(frame)]


def _objects(frame: dict[str, Any]) -> SceneFrame:
    """What was only detected, and counts for nothing, is no object of the scene."""
    objects = tuple(
        SceneObject(box["id"], box["kind"], tuple(box["box"]), box["score"] / HIGHEST_SCORE)
        for box in frame["boxes"]
        if box["id"] is not None
    )
    return _scene(frame, Analytics.OCCUPANCY, objects)


def _faces(frame: dict[str, Any]) -> SceneFrame:
    """One that is not judged has no mask to tell."""
    faces = tuple(
        SceneObject(one["id"], "face", tuple(one["box"]), one["score"] / HIGHEST_SCORE, _WORN.get(one["verdict"]))
        for one in frame["faces"]
    )
    return _scene(frame, Analytics.NONMASK, faces)


def _header(message: bytes) -> dict[str, Any]:
    ends = LENGTH_BYTES + int.from_bytes(message[:LENGTH_BYTES], "big")
    found: dict[str, Any] = json.loads(message[LENGTH_BYTES:ends])
    return found


def _scene(frame: dict[str, Any], source: Analytics, objects: tuple[SceneObject, ...]) -> SceneFrame:
    return SceneFrame(datetime.fromtimestamp(frame["at"], UTC), source, objects).at_most(MOST_OBJECTS)
