"""All figures of one scrape. A server that is away takes its own figures with it, and no others."""

from collections.abc import Callable, Iterator

import structlog
from django.db import DatabaseError
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from portal.metrics.alarms import alarm_metrics, delivery_metrics, outbox_metrics
from portal.metrics.cameras import camera_metrics
from portal.metrics.keyvalue import keyvalue_metrics, link_metrics
from portal.metrics.processes import process_metrics
from portal.metrics.workers import worker_metrics

log = structlog.get_logger(__name__)

GROUPS: tuple[Callable[[], Iterator[Metric]], ...] = (
    *(worker_metrics, process_metrics, keyvalue_metrics, link_metrics, delivery_metrics),
    *(camera_metrics, alarm_metrics, outbox_metrics),
)


class PortalCollector(Collector):
    """Reads once per scrape."""

    def describe(self) -> list[Metric]:
        """Nothing, so that registering reads nothing."""
        return []

    def collect(self) -> Iterator[Metric]:
        """See `prometheus_client.registry.Collector`."""
        up = {"key-value": True, "database": True}
        for group in GROUPS:
            try:
                yield from list(group())
            except RedisError as error:
                up["key-value"] = False
                log.warning("metrics: key-value server away", error=str(error))
            except DatabaseError as error:
                up["database"] = False
                log.warning("metrics: database away", error=str(error))
        yield _up(up)


def _up(servers: dict[str, bool]) -> Metric:
    metric = GaugeMetricFamily("lookout_server_up", "1: the server answered this scrape.", labels=["server"])
    for server, answered in servers.items():
        metric.add_metric([server], answered)
    return metric
