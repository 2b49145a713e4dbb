"""ONVIF events and scene metadata over MQTT as JSON (WIRE 3)."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given

from notifications.protocols.base import Message, NotCarriedError, ProtocolError
from notifications.protocols.onvif_event import carries
from notifications.protocols.onvif_json import (
    alarm_messages,
    area_cleared,
    camera_cleared,
    count_messages,
    scene_bytes,
    scene_message,
)
from notifications.protocols.scene import Analytics, SceneFrame, SceneObject
from notifications.record import AlarmRecord, Direction, Event
from tests.notifications.records import COUNTS, FACE, LOBBY, NO_MASK, alarm, alarms

PLACE = "&cam-0007/occupancy/Area1"
COUNT_TOPIC = f"portal/onvif-ej/RuleEngine/CountAggregation/OccupancyCounter/{PLACE}"
ALARM_TOPIC = f"portal/onvif-ej/RuleEngine/CountAggregation/portal:OccupancyAlarm/{PLACE}"
SOURCE = b'"Source": {"VideoSource": "cam-0007", "AnalyticsConfiguration": "occupancy", "Rule": "Area1"}'
GOLDEN_COUNT = (
    b'{"UtcTime": "2026-05-01T03:04:05.000Z", ' + SOURCE + b', "Data": {"Count": "12", "portal:AreaName": "Lobby"}}'
)
GOLDEN_ALARM = (
    b'{"UtcTime": "2026-05-01T03:04:15.000Z", ' + SOURCE + b', "Data": {"State": "true", "Count": "12", '
    b'"Threshold": "10", "Since": "2026-05-01T03:04:15.000Z", "Direction": "AtOrAbove", "AreaName": "Lobby"}}'
)
GOLDEN_NO_MASK = (
    b'{"UtcTime": "2026-05-01T03:05:00.250Z", '
    b'"Source": {"VideoSource": "cam-0007", "AnalyticsConfiguration": "nonmask", "Rule": "NonMask"}, '
    b'"Data": {"ClassTypes": "HumanFace", "Object": {"Object": {"@ObjectId": 31, "Appearance": {'
    b'"Shape": {"BoundingBox": {"@left": -0.21, "@top": 0.44, "@right": -0.12, "@bottom": 0.27}, '
    b'"CenterOfGravity": {"@x": -0.165, "@y": 0.355}}, '
    b'"Class": {"Type": [{"@Likelihood": 0.93, "#text": "HumanFace"}]}, '
    b'"HumanFace": {"Accessory": {"Mask": {"Wear": false}}}}}}}}'
)
GOLDEN_SCENE = (
    b'{"Frame": [{"@UtcTime": "2026-05-01T03:05:00.250Z", "@Source": "OccupancyDetection", "Object": ['
    b'{"@ObjectId": 4, "Appearance": {"Shape": {"BoundingBox": {"@left": -1.0, "@top": 1.0, "@right": 0.0, '
    b'"@bottom": 0.0}, "CenterOfGravity": {"@x": -0.5, "@y": 0.5}}, '
    b'"Class": {"Type": [{"@Likelihood": 0.81, "#text": "Human"}]}}}]}]}'
)
PERSON = SceneObject(4, "human", (0.0, 0.0, 0.5, 0.5), 0.81)
SCENE = SceneFrame(datetime(2026, 5, 1, 3, 5, 0, 250_000, UTC), Analytics.OCCUPANCY, (PERSON,))


def test_golden_message_of_a_count() -> None:
    """WIRE 3: a retained property, one for each area that is On."""
    lobby = replace(COUNTS.areas[0], count=12)
    off = replace(COUNTS.areas[1], count=None)

    assert count_messages(replace(COUNTS, areas=(lobby, off)), prefix="portal") == [
        Message(COUNT_TOPIC, GOLDEN_COUNT, qos=1, retain=True)
    ]


def test_golden_message_of_an_alarm() -> None:
    """WIRE 3: a retained property on a topic of our own."""
    assert alarm_messages(LOBBY, prefix="portal") == [Message(ALARM_TOPIC, GOLDEN_ALARM, qos=1, retain=True)]


def test_golden_message_of_a_face_without_mask() -> None:
    """WIRE 3: an event, not a property: nothing is retained."""
    topic = "portal/onvif-ej/RuleEngine/ObjectDetection/Object/&cam-0007/nonmask/NonMask"

    assert alarm_messages(NO_MASK, prefix="portal") == [Message(topic, GOLDEN_NO_MASK, qos=1, retain=False)]


def test_golden_message_of_a_scene() -> None:
    """WIRE 3: scene metadata, never retained."""
    sent = scene_message(SCENE, prefix="portal", profile="profile_1")

    assert sent == Message("portal/onvif-mj/VideoAnalytics/profile_1/OccupancyDetection", GOLDEN_SCENE, qos=0)


@pytest.mark.parametrize("profile", ["", "a/b", "a+", "#"])
def test_a_profile_is_one_level_of_the_topic(profile: str) -> None:
    """WIRE 3: no / # + in tokens."""
    with pytest.raises(ProtocolError, match="expected"):
        scene_message(SCENE, prefix="portal", profile=profile)


def test_the_end_of_an_alarm_is_the_state_false() -> None:
    """WIRE 3: the newest state is what the broker keeps."""
    ended = alarm(event=Event.ENDED, count=None, end_reason="camera lost")

    data = json.loads(alarm_messages(ended, prefix="portal")[0].payload)["Data"]

    assert data["State"] == "false"
    assert "Count" not in data


def test_a_test_alarm_and_a_minimum_say_what_they_are() -> None:
    """WIRE 3, OUT-9, OCC-32: and a picture drawn by us is marked."""
    marked = alarm(test=True, simulated=True, direction=Direction.BELOW)

    data = json.loads(alarm_messages(marked, prefix="portal")[0].payload)["Data"]

    assert (data["Test"], data["portal:Simulated"], data["Direction"]) == ("true", "true", "Below")


def test_a_minimum_and_a_threshold_of_one_area_are_two_states() -> None:
    """WIRE 3, OCC-32: retained, each under a rule of its own: the end of one hides nothing of the other."""
    below = alarm(direction=Direction.BELOW, event=Event.ENDED)
    threshold, minimum = (alarm_messages(one, prefix="portal")[0] for one in (LOBBY, below))

    assert (threshold.topic, minimum.topic) == (ALARM_TOPIC, f"{ALARM_TOPIC}Below")
    assert json.loads(minimum.payload)["Source"]["Rule"] == "Area1Below"
    assert json.loads(minimum.payload)["Data"]["Direction"] == "Below"


def test_every_face_without_mask_is_an_event_of_its_own() -> None:
    """MASK-7, WIRE 3: who wears one, or was not judged, is none."""
    faces = (FACE, replace(FACE, track=32, mask=True), replace(FACE, track=33), replace(FACE, track=34, mask=None))

    sent = alarm_messages(replace(NO_MASK, faces=faces), prefix="portal")

    objects = [json.loads(one.payload)["Data"]["Object"]["Object"]["@ObjectId"] for one in sent]
    assert objects == [31, 33]


def test_a_test_alarm_without_a_face_has_no_object() -> None:
    """OUT-9: the real path works before anybody stood there."""
    (sent,) = alarm_messages(replace(NO_MASK, faces=(), test=True), prefix="portal")

    assert json.loads(sent.payload)["Data"] == {"ClassTypes": "HumanFace", "Test": "true"}


def test_a_rename_moves_no_topic() -> None:
    """WIRE 3: tokens are made of ids."""
    renamed = alarm(area_name="Foyer", camera_name="Door / #2 +")

    assert alarm_messages(renamed, prefix="portal")[0].topic == ALARM_TOPIC


def test_clearing_takes_away_what_is_retained() -> None:
    """WIRE 3: a zero-byte retained message, on every topic that the camera may have filled."""
    minimum = alarm(direction=Direction.BELOW)
    kept = [*count_messages(COUNTS, prefix="portal")]
    kept += [*alarm_messages(LOBBY, prefix="portal"), *alarm_messages(minimum, prefix="portal")]

    assert area_cleared(7, 1, prefix="portal") == [
        Message(COUNT_TOPIC, b"", retain=True),
        Message(ALARM_TOPIC, b"", retain=True),
        Message(f"{ALARM_TOPIC}Below", b"", retain=True),
    ]
    cleared = {one.topic for one in camera_cleared(7, prefix="portal")}
    assert len(cleared) == 12
    assert {one.topic for one in kept if one.retain} <= cleared


@given(alarms)
def test_what_is_not_carried_is_refused(record: AlarmRecord) -> None:
    """WIRE 3: no state for an acknowledgement or a combined area, no end for a face; all else is JSON."""
    if not carries(record):
        with pytest.raises(NotCarriedError, match="ONVIF event"):
            alarm_messages(record, prefix="portal")
        return
    sent = alarm_messages(record, prefix="portal")
    assert sent
    assert all(set(json.loads(one.payload)) == {"UtcTime", "Source", "Data"} for one in sent)


def test_an_empty_frame_has_no_objects() -> None:
    """WIRE 3: one empty frame after the last object."""
    empty = json.loads(scene_bytes(replace(SCENE, objects=())))

    assert empty == {"Frame": [{"@UtcTime": "2026-05-01T03:05:00.250Z", "@Source": "OccupancyDetection"}]}


@pytest.mark.parametrize("most_bytes", [400, 3000, 10_000, 1])
def test_over_the_limit_boxes_are_left_out_and_the_frame_says_so(most_bytes: int) -> None:
    """OCC-29: the message keeps to its limit as long as there is a box to leave out."""
    crowd = tuple(replace(PERSON, id=number, score=number / 100) for number in range(40))

    sent = scene_message(replace(SCENE, objects=crowd), prefix="p", profile="1", most_bytes=most_bytes)

    (frame,) = json.loads(sent.payload)["Frame"]
    kept = [one["@ObjectId"] for one in frame.get("Object", ())]
    assert len(sent.payload) <= most_bytes or not kept
    assert frame.get("@portal:LeftOut", 0) == 40 - len(kept)
    assert kept == sorted(range(40), reverse=True)[: len(kept)] or len(kept) == 40
