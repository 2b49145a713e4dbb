"""States as a camera's owner writes them, for pages and sockets under test."""

import json
import time
from typing import Any

from analytics.live import AreaState, CameraState
from cameras.models import Camera
from tests.servers.valkey import Valkey


def area_state(number: int = 1, count: int | None = 3, threshold: int = 10, **more: Any) -> AreaState:
    given = {"number": number, "name": f"Area {number}", "status": True, "count": count, "raw": count}
    given |= {"threshold": threshold, "timer_ms": 0, "time_ms": 10_000, "state": "reset"}
    return given | {"alarm": False, "alarm_id": None, "paused": False, "minimum": None} | more  # type: ignore[return-value]


def camera_state(camera: Camera, *areas: AreaState, **more: Any) -> CameraState:
    now = time.time()
    given = {"camera": camera.pk, "site": camera.site_id, "at": now, "status": "online", "since": now, "error": ""}
    given |= {"fps_in": 10.0, "fps": 5.0, "fps_wanted": 5.0, "dropped": 0, "last_frame_at": now}
    given |= {"simulated": camera.simulated, "count": 3, "saturated": False, "monochrome": False, "areas": list(areas)}
    given |= {"advice": [], "last_error": "", "reconnects": 0, "mask": None}
    given |= {"opens_at": None, "size": [1920, 1080], "applied": {"version": 1, "at_ms": round(now * 1000)}}
    given |= {"version": 1, "applied_at": now, "network": "person-vehicle-bike-2001-384", "worker": "w1"}
    given |= more
    return {"occupancy": {name: given[name] for name in ("status", "opens_at", "network", "fps")}} | given  # type: ignore[return-value]


def say(valkey: Valkey, state: CameraState) -> None:
    """Write a state as the camera's owner does."""
    with valkey.client() as client:
        client.hset(f"live:{state['camera']}", "state", json.dumps(state))
