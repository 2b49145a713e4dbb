"""Alarms that go on, what waits in the outbox, what became of messages."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db.models import Count, Min
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from analytics.models import Alarm
from analytics.workers.keyvalue import client
from notifications.models import Notification
from notifications.services.tally import deliveries_counted


def alarm_metrics() -> Iterator[Metric]:
    """Tests of the path are none. Raises django.db.Error."""
    alarms = Alarm.objects.filter(ended_at=None, test=False).count()
    yield GaugeMetricFamily("lookout_alarms_open", "Alarms that are going on.", value=alarms)


def outbox_metrics() -> Iterator[Metric]:
    """Raises django.db.Error."""
    waiting = Notification.objects.filter(state=Notification.State.WAITING).order_by()
    found = waiting.values_list("destination__kind").annotate(number=Count("pk"), first=Min("queued_at"))
    number = GaugeMetricFamily(
        "lookout_outbox_messages", "Messages that wait, by kind of destination.", labels=["kind"]
    )
    oldest = GaugeMetricFamily(
        "lookout_outbox_oldest_seconds", "How long the oldest of them has waited.", labels=["kind"]
    )
    now = datetime.now(UTC)
    for kind, count, first in found:
        number.add_metric([kind], count)
        oldest.add_metric([kind], max(0.0, (now - first).total_seconds()))
    yield from (number, oldest)


def delivery_metrics() -> Iterator[Metric]:
    """Raises RedisError."""
    metric = CounterMetricFamily(
        "lookout_deliveries", "Tries to send, by what came of them.", labels=["kind", "outcome"]
    )
    for (kind, outcome), number in sorted(deliveries_counted(client()).items()):
        metric.add_metric([kind, outcome], number)
    yield metric
