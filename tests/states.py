"""What a worker would have written about a camera, for tests of what reads it."""

import json
import time
from typing import Any

from analytics.workers.keyvalue import client, key
from cameras.models import Camera


def area_state(**changes: Any) -> dict[str, Any]:
    """Area 1 with 3 of 5, its timer at 2.5 s."""
    state = {"number": 1, "name": "Area 1", "status": True, "count": 3, "raw": 3, "threshold": 5, "timer_ms": 2500}
    timer = {"time_ms": 10000, "state": "running", "alarm": False, "alarm_id": None, "paused": False, "minimum": None}
    return state | timer | changes


def state_write(camera: Camera, **changes: Any) -> dict[str, Any]:
    """`live:<cam>` of a camera that is online, with a picture of just now; `changes` on top."""
    now = time.time()
    state = {
        "camera": camera.pk,
        "site": camera.site_id,
        "at": now,
        "status": "online",
        "since": now - 60,
        "error": "",
        "last_error": "",
        "reconnects": 0,
        "opens_at": None,
        "fps_in": 25.0,
        "fps": 5.0,
        "fps_wanted": 5.0,
        "dropped": 0,
        "last_frame_at": now,
        "size": [1920, 1080],
        "simulated": camera.simulated,
        "count": 3,
        "saturated": False,
        "monochrome": False,
        "areas": [area_state()],
        "mask": None,
        "advice": [],
        "version": camera.version,
        "applied": {"version": camera.version, "at_ms": round(now * 1000)},
        "applied_at": now,
        "network": "test",
        "worker": "w1",
    } | changes
    state = {"occupancy": {name: state[name] for name in ("status", "opens_at", "network", "fps")}} | state
    client().hset(key("live", camera.pk), "state", json.dumps(state))
    return state
