"""How good a number is (CNT-6), and what was said last of a camera."""

import json
from typing import Any

import pytest

from analytics.live import CameraState, area_quality, camera_states
from analytics.workers.keyvalue import client, key
from tests.servers.valkey import Valkey

NOW = 1_795_000_000.0


def state(**facts: Any) -> CameraState:
    given: dict[str, Any] = {"last_frame_at": NOW - 0.2, "count": 3, "saturated": False, "fps": 5.0, "fps_wanted": 5.0}
    return given | facts  # type: ignore[return-value]  # only what quality looks at


@pytest.mark.parametrize(
    ("facts", "quality"),
    [
        pytest.param({}, "live", id="fresh"),
        pytest.param({"last_frame_at": NOW - 4.9}, "live", id="not yet five seconds"),
        pytest.param({"last_frame_at": NOW - 5.0}, "stale", id="no frame for five seconds"),
        pytest.param({"last_frame_at": NOW - 29.9}, "stale", id="not yet thirty"),
        pytest.param({"last_frame_at": NOW - 30.0}, "unknown", id="thirty seconds"),
        pytest.param({"last_frame_at": None}, "unknown", id="never a frame"),
        pytest.param({"count": None}, "unknown", id="no network"),
        pytest.param({"saturated": True}, "limited", id="more than forty"),
        pytest.param({"fps": 3.9}, "limited", id="frames skipped"),
        pytest.param({"fps": 4.0}, "live", id="four of five frames"),
        pytest.param({"saturated": True, "last_frame_at": NOW - 9}, "stale", id="old comes before limited"),
    ],
)
def test_quality_goes_with_every_number(facts: dict[str, Any], quality: str) -> None:
    """CNT-6: never a zero or a last value that looks live."""
    assert area_quality(state(**facts), NOW) == quality


def test_a_camera_of_which_nothing_is_known_is_unknown() -> None:
    """CNT-6: unknown."""
    assert area_quality(None, NOW) == "unknown"


def test_states_of_many_cameras_come_in_one_trip(valkey: Valkey) -> None:
    """DASH-1: cameras without a word are left out."""
    server = client(valkey.url)
    server.hset(key("live", 1), "state", json.dumps({"camera": 1}))
    server.hset(key("live", 3), "state", json.dumps({"camera": 3}))

    assert camera_states([1, 2, 3], server) == {1: {"camera": 1}, 3: {"camera": 3}}
    assert camera_states([], server) == {}
