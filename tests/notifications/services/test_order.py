"""What always holds of the order, whatever the receiver does (SPEC 7, 15)."""

from collections import defaultdict
from types import TracebackType
from typing import Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.models import Destination, Notification
from notifications.record import AlarmRecord
from notifications.senders.base import Answer, AwayError, PermanentSendError, SendError, TemporarySendError
from notifications.services.drain import destination_is_due
from tests.factories import DestinationFactory, SiteFactory
from tests.notifications.outbox import drain, later, queued

pytestmark = pytest.mark.django_db

areas = st.lists(st.integers(1, 3), min_size=1, max_size=8)
outcomes = st.lists(st.sampled_from([None, None, TemporarySendError, AwayError, PermanentSendError]), max_size=14)


class Script:
    """A receiver that takes or refuses as it is told, and takes everything once the script is over."""

    def __init__(self, outcomes: list[type[SendError] | None]) -> None:
        self._outcomes = outcomes
        self.tried: list[tuple[int, type[SendError] | None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Nothing is open."""

    def send(self, record: AlarmRecord) -> Answer:
        outcome = self._outcomes.pop(0) if self._outcomes else None
        self.tried.append((Notification.objects.get(id=record.notification_id).pk, outcome))
        if outcome is not None:
            raise outcome("no")
        return Answer("200 OK", "")


@given(areas, outcomes)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_area_arrives_in_its_order_and_nothing_is_left(
    db: None, areas: list[int], outcomes: list[type[SendError] | None]
) -> None:
    """SPEC 7: one message of an area is over, in whatever way, before the next one of it is tried."""
    destination: Destination = DestinationFactory(site=SiteFactory())
    lanes = {one.pk: area for area in areas for one in queued(destination, area_number=area)}
    script = Script(list(outcomes))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("notifications.services.drain.sender_make", lambda **_facts: script)
        while Notification.objects.filter(destination=destination, state="waiting").exists():
            later(destination)
            assert destination_is_due(destination_id=destination.pk)
            drain(destination)

    assert set(lanes) == {pk for pk, _ in script.tried}
    over: dict[int, list[int]] = defaultdict(list)
    for pk, outcome in script.tried:
        earlier = [one for one, area in lanes.items() if area == lanes[pk] and one < pk]
        assert over[lanes[pk]] == earlier
        if outcome in {None, PermanentSendError}:
            over[lanes[pk]].append(pk)


@given(areas)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_areas_that_fail_for_ever_take_nothing_from_the_others(db: None, areas: list[int]) -> None:
    """SPEC 7: area 1 is refused for ever; every other one arrives with the first drain."""
    destination: Destination = DestinationFactory(site=SiteFactory())
    lanes = {one.pk: area for area in areas for one in queued(destination, area_number=area)}
    script = Script([])
    script.send = refuse_area_1  # type: ignore[method-assign]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("notifications.services.drain.sender_make", lambda **_facts: script)
        drain(destination)
    left = Notification.objects.filter(destination=destination, state="waiting").values_list("pk", flat=True)

    assert set(left) == {pk for pk, area in lanes.items() if area == 1}


def refuse_area_1(record: AlarmRecord) -> Answer:
    if record.area_number == 1:
        raise TemporarySendError("no")
    return Answer("200 OK", "")
