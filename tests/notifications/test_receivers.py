"""What follows from an alarm (DESIGN 4, 6): open browsers are told after the commit, as the channel layer tells."""

import asyncio
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.db import connection, transaction

from analytics.alarm_live import alarm_to_json
from analytics.live import site_group
from analytics.models import Alarm
from analytics.signals import alarm_changed
from tests.factories import AlarmFactory
from tests.servers.valkey import Valkey


async def first_news(group: str, act: Any) -> dict[str, Any]:
    """What a browser's consumer in `group` receives first after `act`."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    await asyncio.to_thread(act)
    try:
        async with asyncio.timeout(20):
            return await layer.receive(channel)
    finally:
        await layer.flush()


@pytest.mark.django_db(transaction=True)
def test_open_browsers_hear_of_an_alarm_after_the_commit() -> None:
    """OPR-1: within a second; what they hear can be fetched."""
    alarm = AlarmFactory()
    expected = alarm_to_json(alarm)

    def change() -> None:
        alarm_changed.send(sender=Alarm, alarm=alarm, event="alarm_started")
        connection.close()  # of this thread

    news = asyncio.run(first_news(site_group(alarm.site_id), change))

    assert news == {"type": "news", "event": "alarm", "data": expected}


@pytest.mark.django_db(transaction=True)
def test_nobody_hears_of_an_alarm_that_was_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN 6: a transaction that was rolled back never happened."""
    told: list[Alarm] = []
    monkeypatch.setattr("notifications.receivers.publish_alarm", told.append)
    alarm = AlarmFactory()

    with transaction.atomic():
        alarm_changed.send(sender=Alarm, alarm=alarm, event="alarm_started")
        transaction.set_rollback(True)
    assert told == []

    with transaction.atomic():
        alarm_changed.send(sender=Alarm, alarm=alarm, event="alarm_started")
        assert told == []
    assert told == [alarm]


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_away_does_not_undo_the_alarm(valkey: Valkey, caplog: pytest.LogCaptureFixture) -> None:
    """SPEC 15: pages catch up by themselves."""
    alarm = AlarmFactory()
    valkey.kill()
    try:
        with transaction.atomic():
            Alarm.objects.filter(pk=alarm.pk).update(end_reason="count")
            alarm_changed.send(sender=Alarm, alarm=alarm, event="alarm_ended")
    finally:
        valkey.start()

    assert Alarm.objects.get(pk=alarm.pk).end_reason == "count"
    assert "not told" in caplog.text
