"""What lies in the key-value server: tasks that wait, news that the writer has not written, owners, connections."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from redis import Redis

from analytics.workers.heartbeat import ON_DEVICE, SKETCHED, WATCH
from analytics.workers.keyvalue import ALARMS, COUNTS, client, key, server_time_us
from notifications.services.link_state import links_read

QUEUES = (WATCH, ON_DEVICE, SKETCHED, "default", "writer", "reconcile", "notify")
STREAMS = {ALARMS: "alarms", COUNTS: "counts"}


def keyvalue_metrics() -> Iterator[Metric]:
    """Raises RedisError."""
    server = client()
    queues = GaugeMetricFamily("lookout_queue_tasks", "Tasks that nobody has taken yet.", labels=["queue"])
    for queue in QUEUES:
        queues.add_metric([queue], int(server.llen(queue)))
    yield queues
    yield from _streams(server)
    yield _leases(server)
    used = int(server.info("memory")["used_memory"])
    yield GaugeMetricFamily("lookout_key_value_memory_bytes", "Memory of the key-value server.", value=used)


def _streams(server: Redis) -> Iterator[Metric]:
    """What is written is removed at once, so the first entry is the oldest that the database has not."""
    entries = GaugeMetricFamily("lookout_writer_entries", "News that the database has not yet.", labels=["stream"])
    lag = GaugeMetricFamily(
        "lookout_writer_lag_seconds", "Age of the oldest of them; 0 without any.", labels=["stream"]
    )
    now_ms = server_time_us(server) / 1000
    for stream, name in STREAMS.items():
        entries.add_metric([name], int(server.xlen(stream)))
        first: Any = server.xrange(stream, count=1)
        began_ms = int(first[0][0].partition(b"-")[0]) if first else now_ms
        lag.add_metric([name], max(0.0, (now_ms - began_ms) / 1000))
    yield from (entries, lag)


def _leases(server: Redis) -> Metric:
    names = (name.decode().partition(":")[2] for name in server.scan_iter(match=key("lease", "*"), count=1000))
    found = Counter("camera" if name.isdigit() else name for name in names)
    metric = GaugeMetricFamily("lookout_leases", "What somebody owns at this moment.", labels=["kind"])
    for kind, number in sorted(found.items()):
        metric.add_metric([kind], number)
    return metric


def link_metrics() -> Iterator[Metric]:
    """The connections to MQTT servers, as their owners tell of them. Raises RedisError."""
    up = GaugeMetricFamily("lookout_mqtt_connected", "1: the connection stands.", labels=["server", "link"])
    sent = CounterMetricFamily("lookout_mqtt_delivered", "Messages that the server has.", labels=["server", "link"])
    skipped = CounterMetricFamily("lookout_mqtt_counts_skipped", "Counts never sent.", labels=["server", "link"])
    for place, state in links_read(client()) or []:
        labels = [place.server, place.link]
        up.add_metric(labels, bool(state and state.since_s))
        if state:
            sent.add_metric(labels, state.delivered)
            skipped.add_metric(labels, state.counts_skipped)
    yield from (up, sent, skipped)
