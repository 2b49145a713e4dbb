"""The processes of all hosts, what they keep in memory, and who is connected to them."""

from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from analytics.workers.keyvalue import client
from portal.presence import Presence, presences


def process_metrics() -> Iterator[Metric]:
    """Raises RedisError."""
    living = presences(client())
    yield from _each(living)
    yield _connections(living)
    clocks = GaugeMetricFamily(
        "lookout_clock_off_seconds", "A host's clock before the key-value server's.", labels=["host"]
    )
    for host, off in {one.host: one.clock_off_s for one in living}.items():
        clocks.add_metric([host], off)
    yield clocks


def _each(living: list[Presence]) -> Iterator[Metric]:
    labels = ["role", "host"]
    number = GaugeMetricFamily("lookout_processes", "Processes that live.", labels=labels)
    memory = GaugeMetricFamily("lookout_process_memory_bytes", "Resident memory.", labels=[*labels, "pid"])
    for (role, host), count in Counter((one.role, one.host) for one in living).items():
        number.add_metric([role, host], count)
    for one in living:
        memory.add_metric([one.role, one.host, str(one.pid)], one.rss_bytes)
    yield from (number, memory)


def _connections(living: list[Presence]) -> Metric:
    """live, news, events: WebSockets.    event stream, metadata: streams over HTTP."""
    found: Counter[str] = Counter()
    for one in living:
        found.update(one.open)
    metric = GaugeMetricFamily("lookout_connections_open", "WebSockets and streams, by kind.", labels=["kind"])
    for kind, number in sorted(found.items()):
        metric.add_metric([kind], number)
    return metric
