"""From the live picture of a camera to the scene that ONVIF describes (OUT-4, OCC-29; WIRE 3). Plain Python."""

import json
from datetime import UTC, datetime

from notifications.protocols.scene import Analytics, SceneFrame, SceneObject

LENGTH_BYTES = 4
MOST_OBJECTS = 100
"""More than these are left out, the least sure ones, and the frame says how many."""
HIGHEST_SCORE = 99


def scene_frame(message: bytes) -> SceneFrame:
    """message: as a camera's worker publishes it (DESIGN 4): length, JSON of `analytics.live.LiveFrame`, JPEG.

    What was only detected, and counts for nothing, is no object of the scene.
    """
    ends = LENGTH_BYTES + int.from_bytes(message[:LENGTH_BYTES], "big")
    frame = json.loads(message[LENGTH_BYTES:ends])
    objects = tuple(
        SceneObject(box["id"], box["kind"], tuple(box["box"]), box["score"] / HIGHEST_SCORE)
        for box in frame["boxes"]
        if box["id"] is not None
    )
    at = datetime.fromtimestamp(frame["at"], UTC)
    return SceneFrame(at, Analytics.OCCUPANCY, objects).at_most(MOST_OBJECTS)
