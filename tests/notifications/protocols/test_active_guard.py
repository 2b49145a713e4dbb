"""Application events for Active Guard, and the camera list it asks for (WIRE 4)."""

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given

from notifications.protocols.active_guard import (
    AppEvent,
    EventNames,
    ListedCamera,
    camera_list,
    carries,
    encode,
    event_detail,
    events,
)
from notifications.protocols.base import NotCarriedError, ProtocolError
from notifications.protocols.onvif_xml import decoder, read
from notifications.record import AlarmRecord, Direction, Event
from tests.notifications.records import FACE, LOBBY, NO_MASK, alarm, alarms

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"
GOLDEN = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<tt:MetaDataStream xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" '
    b'xmlns:xsd="http://docs.onvif.org/ver10/schema"><tt:Event><wsnt:NotificationMessage>'
    b'<wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet" '
    b'xmlns:tns1="http://www.onvif.org/ver10/topics">tns1:AppEvent/AIOccupancyDetectionApp/Occupancy_Area1</wsnt:Topic>'
    b'<wsnt:Message><tt:Message UtcTime="2026-05-01T03:04:15.000Z">'
    b'<tt:Source><tt:SimpleItem Name="VideoSource" Value="cam-0007"/></tt:Source>'
    b'<tt:Data><tt:SimpleItem Name="Event detail" Value="Lobby 12/10"/>'
    b'<tt:SimpleItem Name="Likelihood" Value="1.00"/>'
    b'<tt:ElementItem Name="Image"><xsd:base64Binary>'
    + base64.b64encode(JPEG)
    + b"</xsd:base64Binary></tt:ElementItem></tt:Data></tt:Message></wsnt:Message>"
    b"</wsnt:NotificationMessage></tt:Event></tt:MetaDataStream>\n"
)


def test_golden_bytes() -> None:
    """WIRE 4: the published shape, in the vendor's spelling of the root."""
    assert encode(LOBBY, jpeg=JPEG) == GOLDEN


def test_the_picture_can_be_left_out() -> None:
    """OUT-12: image on/off."""
    wire = encode(LOBBY)

    assert wire == GOLDEN[: GOLDEN.index(b"<tt:ElementItem")] + GOLDEN[GOLDEN.index(b"</tt:Data>") :]


def test_the_names_are_settings() -> None:
    """WIRE 4: they must equal what is registered there, letter by letter."""
    names = EventNames("Own.App", "Area-{number}", "Own.Mask", "Bare_Face")

    assert b">tns1:AppEvent/Own.App/Area-2<" in encode(alarm(area_number=2), names=names)
    assert b">tns1:AppEvent/Own.Mask/Bare_Face<" in encode(NO_MASK, names=names)
    assert b">tns1:AppEvent/AINonMaskDetectionApp/NonMask<" in encode(NO_MASK)


@pytest.mark.parametrize("name", ["", "a b", "a/b", "<a>", "x" * 257, "ä"])
def test_a_name_that_cannot_be_registered_is_refused(name: str) -> None:
    """WIRE 4: it could end the topic, or the element."""
    with pytest.raises(ProtocolError, match="expected"):
        encode(LOBBY, names=EventNames(occupancy_app=name))


@given(alarms)
def test_what_was_sent_is_read_back(record: AlarmRecord) -> None:
    """WIRE 4: whatever the name of the area, the detail has at most 32 characters."""
    if not carries(record):
        with pytest.raises(NotCarriedError, match="Active Guard"):
            encode(record)
        return
    (document,) = decoder().feed(encode(record, jpeg=JPEG))
    (event,) = events(document)

    assert len(event_detail(record)) <= 32
    assert (event.video_source, event.jpeg) == (f"cam-{record.camera_id:04d}", JPEG)
    assert event.at == record.at.replace(microsecond=record.at.microsecond // 1000 * 1000)
    assert event.likelihood is not None
    assert 0 <= event.likelihood <= 1


@pytest.mark.parametrize(
    ("record", "detail"),
    [
        (LOBBY, "Lobby 12/10"),
        (alarm(test=True), "TEST Lobby 12/10"),
        (alarm(simulated=True), "SIM Lobby 12/10"),
        (alarm(count=None), "Lobby ?/10"),
        (alarm(threshold=None), "Lobby 12"),
        (alarm(count=None, threshold=None), "Lobby"),
        (alarm(count=None, threshold=None, area_name=""), ""),
        (alarm(area_name="x" * 20, test=True, simulated=True, count=40, threshold=40), f"TEST SIM {'x' * 17} 40/40"),
        (NO_MASK, "No mask 1"),
    ],
)
def test_the_detail_says_what_counts(record: AlarmRecord, detail: str) -> None:
    """WIRE 4, OUT-9: the name is cut first, the mark of a test never."""
    assert event_detail(record) == detail


def test_the_likelihood_is_of_the_surest_face_without_mask() -> None:
    """WIRE 4: 0.0-1.0."""
    faces = (FACE, replace(FACE, score=0.5), replace(FACE, score=0.99, mask=True))

    assert b'Name="Likelihood" Value="0.93"' in encode(replace(NO_MASK, faces=faces))


def test_a_minimum_is_not_told_as_the_cameras_event() -> None:
    """OCC-32: nor is an end."""
    assert not carries(alarm(direction=Direction.BELOW))
    assert not carries(alarm(event=Event.ENDED))
    assert carries(alarm(event=Event.REPEATED))


def test_the_vendors_own_layout_is_read() -> None:
    """WIRE 4: with line breaks, without a picture."""
    wire = GOLDEN.replace(b"><", b">\n<").replace(base64.b64encode(JPEG), b"\n")

    assert list(events(read(wire))) == [
        AppEvent("tns1:AppEvent/AIOccupancyDetectionApp/Occupancy_Area1", LOBBY.at, "cam-0007", "Lobby 12/10", 1.0, b"")
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'Value="1.00"', b'Value="7"', "Likelihood is '7'"),
        (b'Value="1.00"', b'Value="much"', "Likelihood is 'much'"),
        (base64.b64encode(JPEG), b"!", "Image is no base64"),
        (b"tt:Message", b"tt:News", "no wsnt:Message with a tt:Message"),
    ],
)
def test_a_damaged_event_names_what_is_wrong(old: bytes, new: bytes, reason: str) -> None:
    """STYLE 8."""
    with pytest.raises(ProtocolError, match=reason):
        list(events(read(GOLDEN.replace(old, new))))


def test_golden_camera_list() -> None:
    """WIRE 4: a JSON array, strings only; a camera is listed under the id that its events have as their source."""
    wire = camera_list([ListedCamera(7, "Entrance", "WV-X", "192.0.2.17", 1)])

    assert wire == (
        b'[{"ID": "cam-0007", "CameraName": "Entrance", "Model": "WV-X", "IPAddress": "192.0.2.17", '
        b'"CameraChannel": "1"}]'
    )
    assert json.loads(camera_list([])) == []
