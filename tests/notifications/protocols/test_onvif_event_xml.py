"""ONVIF events as XML (WIRE 3)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.protocols.base import ProtocolError
from notifications.protocols.onvif_event import OnvifEvent, alarm_events, carries, count_events
from notifications.protocols.onvif_event_xml import Operation, encode, events
from notifications.protocols.onvif_xml import decoder, read
from notifications.record import AlarmRecord, CountRecord
from tests.notifications.records import COUNTS, LOBBY, NO_MASK, alarms, counts

HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" '
    b'xmlns:fc="http://www.onvif.org/ver20/analytics/humanface" xmlns:portal="urn:lookout:onvif"><tt:Event>'
    b"<wsnt:NotificationMessage>"
    b'<wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet" '
    b'xmlns:tns1="http://www.onvif.org/ver10/topics">'
)
SOURCE = (
    b'<tt:Source><tt:SimpleItem Name="VideoSource" Value="cam-0007"/>'
    b'<tt:SimpleItem Name="AnalyticsConfiguration" Value="occupancy"/>'
    b'<tt:SimpleItem Name="Rule" Value="Area1"/></tt:Source>'
)
END = b"</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage></tt:Event></tt:MetadataStream>\n"
GOLDEN_ALARM = (
    HEAD + b"tns1:RuleEngine/CountAggregation/portal:OccupancyAlarm</wsnt:Topic><wsnt:Message>"
    b'<tt:Message UtcTime="2026-05-01T03:04:15.000Z" PropertyOperation="Changed">' + SOURCE + b"<tt:Data>"
    b'<tt:SimpleItem Name="State" Value="true"/><tt:SimpleItem Name="Count" Value="12"/>'
    b'<tt:SimpleItem Name="Threshold" Value="10"/><tt:SimpleItem Name="Since" Value="2026-05-01T03:04:15.000Z"/>'
    b'<tt:SimpleItem Name="Direction" Value="AtOrAbove"/><tt:SimpleItem Name="AreaName" Value="Lobby"/>' + END
)
GOLDEN_COUNT = (
    HEAD + b"tns1:RuleEngine/CountAggregation/OccupancyCounter</wsnt:Topic><wsnt:Message>"
    b'<tt:Message UtcTime="2026-05-01T03:04:05.000Z" PropertyOperation="Initialized">' + SOURCE + b"<tt:Data>"
    b'<tt:SimpleItem Name="Count" Value="6"/><tt:SimpleItem Name="portal:AreaName" Value="Lobby"/>' + END
)


def test_golden_bytes_of_an_alarm() -> None:
    """WIRE 3: the JSON sample as XML, a property that changed."""
    (event,) = alarm_events(LOBBY)

    assert encode(event) == GOLDEN_ALARM


def test_golden_bytes_of_a_count() -> None:
    """WIRE 3, OCC-28: as a reader is told first."""
    assert encode(count_events(COUNTS)[0], Operation.INITIALIZED) == GOLDEN_COUNT


def test_a_face_without_mask_is_no_property() -> None:
    """WIRE 3: it happened, and has no end; its object is the one of the scene."""
    (event,) = alarm_events(NO_MASK)
    wire = encode(event)

    assert b"PropertyOperation" not in wire
    assert b'<tt:ElementItem Name="Object"><tt:Object ObjectId="31">' in wire
    assert b"<fc:Wear>false</fc:Wear>" in wire


def same(one: OnvifEvent, other: OnvifEvent) -> bool:
    """But for milliseconds, and for the fifth decimal of a box."""
    plain = [replace(event, at=one.at, shown=None) for event in (one, other)]
    faces = [event.shown and (event.shown.id, event.shown.kind, event.shown.mask) for event in (one, other)]
    return plain[0] == plain[1] and faces[0] == faces[1] and abs(one.at - other.at).total_seconds() < 0.001


printable = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=20)


@given(alarms, printable)
def test_what_was_sent_is_read_back(record: AlarmRecord, name: str) -> None:
    """WIRE 3: between the frames of a scene; names with quotes, angle brackets and all."""
    record = replace(record, area_name=name)
    for event in alarm_events(record) if carries(record) else ():
        (document,) = decoder().feed(encode(event))
        ((found, operation),) = events(document)

        assert same(found, event)
        assert operation == ("Changed" if event.is_property else "")


@given(counts)
def test_every_area_that_is_on_has_its_count(record: CountRecord) -> None:
    """OCC-28."""
    found = [event for one in count_events(record) for event, _ in events(read(encode(one, Operation.DELETED)))]

    on = [area for area in record.areas if area.count is not None]
    assert [one.data["Count"] for one in found] == [str(area.count) for area in on]
    assert [one.source["Rule"] for one in found] == [f"Area{area.number}" for area in on]


def test_a_damaged_event_names_what_is_wrong() -> None:
    """STYLE 8."""
    with pytest.raises(ProtocolError, match="no wsnt:Message with a tt:Message"):
        list(events(read(GOLDEN_ALARM.replace(b"tt:Message ", b"tt:News ").replace(b"/tt:Message>", b"/tt:News>"))))
