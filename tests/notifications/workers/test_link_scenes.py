"""Scene metadata of a link: which frames go out, and what ends them (OUT-4; WIRE 3)."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

from analytics.live import STALE_S
from analytics.workers.sight import pack_message
from notifications.kinds.broker import Broker
from notifications.protocols.base import Message
from notifications.protocols.scene import Analytics
from notifications.services.mqtt_plan import LinkPlan, SceneOutput
from notifications.workers.link_scenes import LinkScenes

NOW_S = 1_777_604_645.25
PEOPLE, FACES = SceneOutput(7, "door", Analytics.OCCUPANCY), SceneOutput(7, "door", Analytics.NONMASK)


def plan(*outputs: SceneOutput, per_s: int = 10) -> LinkPlan:
    return LinkPlan("a", Broker(host="broker", port=1883, client_id="x"), scenes=dict.fromkeys(outputs, per_s))


def picture(objects: int = 0, *, faces: int | None = None, at: float = NOW_S) -> bytes:
    """As an owner describes it. faces: None: nobody looks for any."""
    box = {"box": [0.25, 0.5, 0.5, 1.0], "score": 99}
    boxes = [{"id": number, "kind": "human", **box} for number in range(objects)]
    told = [{"id": number, "verdict": "no_mask", **box} for number in range(faces or 0)]
    mask = None if faces is None else {}
    return pack_message({"frame": 1, "at": at, "boxes": boxes, "faces": told, "mask": mask}, b"")


class Link:
    """A link without a broker, on a clock that a frame takes a second of: what would be published. up: whether it
    could be."""

    def __init__(self) -> None:
        self.up, self.published = True, list[tuple[str, Message]]()
        self.scenes = LinkScenes(self._publish, itertools.count().__next__)

    def _publish(self, key: str, message: Message) -> bool:
        if self.up:
            self.published.append((key, message))
        return self.up

    def acknowledge(self) -> None:
        """All that was published has left."""
        for key, _message in self.published:
            self.scenes.arrived(key)

    def told(self) -> list[tuple[str, int]]:
        """Module and number of objects of each message."""
        return [(one.topic.rpartition("/")[2], len(frame(one).get("Object", ()))) for _key, one in self.published]


def frame(message: Message) -> dict[str, Any]:
    (found,) = json.loads(message.payload)["Frame"]
    return dict(found)


@pytest.fixture
def link() -> Link:
    return Link()


def test_each_module_has_its_topic_and_the_token_of_the_camera(link: Link) -> None:
    """WIRE 3: QoS 0, never retained."""
    link.scenes.offer(7, picture(2, faces=1))
    link.scenes.turn(plan(PEOPLE, FACES), NOW_S, NOW_S)
    messages = {one.topic: one for _key, one in link.published}

    assert set(messages) == {
        "door/onvif-mj/VideoAnalytics/cam-0007/OccupancyDetection",
        "door/onvif-mj/VideoAnalytics/cam-0007/NonMaskDetection",
    }
    assert all((one.qos, one.retain) == (0, False) for one in messages.values())
    assert sorted(link.told()) == [("NonMaskDetection", 1), ("OccupancyDetection", 2)]


def test_one_frame_is_on_its_way_and_the_newest_waits(link: Link) -> None:
    """SPEC 7: latest-value; a slow server gets fewer frames, never old ones."""
    wanted = plan(PEOPLE)
    for number in (1, 2, 3):
        link.scenes.offer(7, picture(number))
        link.scenes.turn(wanted, NOW_S, NOW_S)
    assert link.told() == [("OccupancyDetection", 1)]

    link.acknowledge()
    link.scenes.turn(wanted, NOW_S, NOW_S)

    assert [count for _module, count in link.told()] == [1, 3]


def test_frames_that_nobody_has_taken_yet_wake_the_link_once(link: Link) -> None:
    """SPEC 7: a link that hangs gathers one frame a camera."""
    assert [link.scenes.offer(camera_id, picture(1)) for camera_id in (7, 8, 7, 7)] == [True, False, False, False]
    link.scenes.turn(plan(PEOPLE), NOW_S, NOW_S)

    assert link.scenes.offer(7, picture(1))
    assert len(link.published) == 1


def test_an_owner_of_the_link_tells_the_first_frame_and_then_one_end(link: Link) -> None:
    """WIRE 3: what a former owner showed last is not known; then one empty frame after the last object."""
    wanted = plan(PEOPLE)
    for count in (0, 0, 2, 0, 0):
        link.scenes.offer(7, picture(count))
        link.scenes.turn(wanted, NOW_S, NOW_S)
        link.acknowledge()

    assert [count for _module, count in link.told()] == [0, 2, 0]


def test_a_camera_that_falls_silent_shows_nothing_any_more(link: Link) -> None:
    """WIRE 3, CNT-6: its owner is gone, or its schedule has closed; one empty frame, of that moment."""
    wanted = plan(PEOPLE)
    link.scenes.offer(7, picture(2))
    link.scenes.turn(wanted, NOW_S, NOW_S)
    link.acknowledge()
    for later_s in (STALE_S - 1, STALE_S + 1, STALE_S + 3, STALE_S + 60):
        link.scenes.turn(wanted, NOW_S + later_s, NOW_S)
        link.acknowledge()

    assert [count for _module, count in link.told()] == [2, 0]
    assert frame(link.published[1][1])["@UtcTime"] > frame(link.published[0][1])["@UtcTime"]


def test_while_the_server_is_away_nothing_is_kept(link: Link) -> None:
    """SPEC 7, 15: when it is back the next frame goes, and only where none comes the end that is owed."""
    wanted = plan(PEOPLE, FACES)
    link.scenes.offer(7, picture(2, faces=1))
    link.scenes.turn(wanted, NOW_S, NOW_S)
    link.scenes.broken()
    link.scenes.offer(7, picture(5, faces=5))
    link.scenes.turn(wanted, NOW_S + 30, None)
    back_s = NOW_S + 60
    link.scenes.turn(wanted, back_s, back_s)
    assert len(link.published) == 2

    link.scenes.offer(7, picture(1))  # its faces are not looked at any more
    link.scenes.turn(wanted, back_s + 1, back_s)
    link.scenes.turn(wanted, back_s + STALE_S + 0.5, back_s)

    assert link.told()[2:] == [("OccupancyDetection", 1), ("NonMaskDetection", 0)]


def gone(_link: Link) -> LinkPlan:
    return plan(FACES)


def moved(_link: Link) -> LinkPlan:
    return plan(SceneOutput(7, "gate", Analytics.OCCUPANCY))


@pytest.mark.parametrize("change", [gone, moved])
def test_what_is_not_published_any_more_ends_where_it_was(link: Link, change: Callable[[Link], LinkPlan]) -> None:
    """WIRE 3: the switch is Off, the camera is gone, the prefix is another one."""
    link.scenes.offer(7, picture(2))
    link.scenes.turn(plan(PEOPLE), NOW_S, NOW_S)
    link.scenes.turn(change(link), NOW_S, NOW_S)

    assert [(one.topic.partition("/")[0], len(frame(one).get("Object", ()))) for _key, one in link.published] == [
        ("door", 2),
        ("door", 0),
    ]


def test_an_end_that_could_not_be_published_is_owed(link: Link) -> None:
    """WIRE 3: the lease was in doubt in that instant."""
    wanted = plan(PEOPLE)
    link.scenes.offer(7, picture(2))
    link.scenes.turn(wanted, NOW_S, NOW_S)
    link.acknowledge()
    link.up = False
    link.scenes.offer(7, picture(0))
    link.scenes.turn(wanted, NOW_S + 1, NOW_S)
    link.up = True
    link.scenes.offer(7, picture(0))
    link.scenes.turn(wanted, NOW_S + 2, NOW_S)

    assert [count for _module, count in link.told()] == [2, 0]


def test_a_frame_of_a_camera_that_is_not_wanted_is_left(link: Link) -> None:
    """OUT-4: it was on its way when the switch was turned off."""
    link.scenes.offer(8, picture(2))
    link.scenes.turn(plan(PEOPLE), NOW_S, NOW_S)

    assert link.published == []
