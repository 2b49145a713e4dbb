"""Records for the tests of the protocols: the alarm and the counts of WIRE.md's samples, and any that can be."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from notifications.record import AlarmRecord, CountedArea, CountRecord, Direction, Event, Face

LOBBY = AlarmRecord(
    id=UUID("5f0c2f1e-7d0a-4f57-9a52-8f6f5c1d2e3b"),
    notification_id=UUID("0b6c7f1a-2f53-5d39-8d3e-3c1a5f0e9d42"),
    event=Event.STARTED,
    at=datetime(2026, 5, 1, 3, 4, 15, tzinfo=UTC),
    since=datetime(2026, 5, 1, 3, 4, 15, tzinfo=UTC),
    site_id=3,
    site_name="Harbour",
    camera_id=7,
    camera_name="Entrance",
    mac="001122aabbcc",
    extension="occupancy",
    area_number=1,
    area_name="Lobby",
    count=12,
    threshold=10,
    host="192.0.2.17",
)
"""Twelve people in the lobby, ten were the threshold."""

FACE = Face(31, (0.395, 0.28, 0.44, 0.365), 0.93, mask=False)
NO_MASK = replace(
    LOBBY,
    at=datetime(2026, 5, 1, 3, 5, 0, 250_000, UTC),
    since=datetime(2026, 5, 1, 3, 5, 0, 250_000, UTC),
    extension="nonmask",
    area_number=None,
    area_name="",
    count=1,
    threshold=None,
    faces=(FACE,),
)
"""One face without a mask."""

COUNTS = CountRecord(
    at=datetime(2026, 5, 1, 3, 4, 5, tzinfo=UTC),
    site_id=3,
    site_name="Harbour",
    camera_id=7,
    camera_name="Entrance",
    mac="001122aabbcc",
    picture=9,
    areas=(CountedArea(1, "Lobby", 6), CountedArea(2, "Stairs", 3), CountedArea(3, "Bar", 0)),
)
"""Nine in the picture; area 4 is Off."""


def alarm(**changes: Any) -> AlarmRecord:
    """LOBBY with `changes`."""
    return replace(LOBBY, **changes)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
instants = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (bounds)
macs = st.text("0123456789abcdef", min_size=12, max_size=12)
fractions = st.floats(-0.5, 1.5)
faces = st.builds(
    Face, st.integers(0, 10**18 - 1), st.tuples(*[fractions] * 4), st.floats(0, 1), st.one_of(st.none(), st.booleans())
)
alarms = st.builds(
    AlarmRecord,
    id=st.uuids(),
    notification_id=st.uuids(),
    event=st.sampled_from(Event),
    at=instants,
    since=instants,
    site_id=st.integers(1, 2**31),
    site_name=texts,
    camera_id=st.integers(1, 2**31),
    camera_name=texts,
    mac=macs,
    extension=st.sampled_from(["occupancy", "nonmask"]),
    area_number=st.one_of(st.none(), st.integers(1, 4)),
    area_name=texts,
    count=st.one_of(st.none(), st.integers(0, 40)),
    threshold=st.one_of(st.none(), st.integers(1, 40)),
    direction=st.sampled_from(Direction),
    sequence=st.integers(0, 10_000),
    channel=st.integers(1, 4),
    host=texts,
    end_reason=texts,
    faces=st.lists(faces, max_size=40).map(tuple),
    test=st.booleans(),
    simulated=st.booleans(),
)
areas = st.builds(CountedArea, st.integers(1, 4), texts, st.one_of(st.none(), st.integers(0, 40)))
counts = st.builds(
    CountRecord,
    at=instants,
    site_id=st.integers(1, 2**31),
    site_name=texts,
    camera_id=st.integers(1, 2**31),
    camera_name=texts,
    mac=macs,
    picture=st.integers(0, 40),
    areas=st.lists(areas, max_size=4, unique_by=lambda area: area.number).map(tuple),
    objects=st.lists(st.sampled_from(["human", "vehicle", "bicycle"]), min_size=1, unique=True).map(tuple),
    channel=st.integers(1, 4),
    saturated=st.booleans(),
    simulated=st.booleans(),
)
