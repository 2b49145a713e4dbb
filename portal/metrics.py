"""`/metrics` for Prometheus (RUN-5): what all workers together do, read at the moment of asking.

The figures lie with the workers' heartbeats in the key-value server, so any web process can answer for all.
"""

from collections import Counter
from collections.abc import Iterator

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.live import camera_states
from analytics.models import Alarm
from analytics.workers.keyvalue import client, key
from cameras.models import Camera

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")

# field of worker:<id> -> name, help
_COUNTERS = {
    "jpegs": ("lookout_jpegs_encoded", "Pictures encoded for browsers; nobody watching, none encoded (DEMO-6)."),
    "inferences": ("lookout_inferences", "Pictures that went through a network."),
}
_GAUGES = {
    "ms": ("lookout_frame_ms", "Milliseconds that one analysed picture takes."),
    "fps": ("lookout_worker_fps", "Pictures per second that the worker analyses."),
    "load": ("lookout_worker_load", "Pictures per second that its cameras want."),
    "capacity": ("lookout_worker_capacity", "Pictures per second that it could analyse."),
}


class LocalOrAdministrator(BasePermission):
    """The scraper on this machine, or a portal administrator. What a proxy passed on is never local."""

    def has_permission(self, request: Request, _view: APIView) -> bool:
        if request.user.is_authenticated:
            return bool(request.user.is_superuser)
        local = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
        return local and not any(header in request.META for header in _FORWARDED)


@extend_schema(exclude=True)
class MetricsView(APIView):
    """The text form of Prometheus."""

    permission_classes = [LocalOrAdministrator]

    def get(self, _request: Request) -> HttpResponse:
        registry = CollectorRegistry()
        registry.register(PortalCollector())
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class PortalCollector(Collector):
    """Reads once per scrape: the workers, the cameras' states, the open alarms."""

    def describe(self) -> list[Metric]:
        """Nothing, so that registering reads nothing."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield from _worker_metrics(_workers())
        yield _camera_metric()
        alarms = Alarm.objects.filter(ended_at=None, test=False).count()
        yield GaugeMetricFamily("lookout_alarms_open", "Alarms that are going on.", value=alarms)


def _workers() -> dict[str, dict[str, str]]:
    """Worker id -> its heartbeat. Workers are few: one for each host or GPU."""
    server = client()
    names = [name.decode() for name in server.scan_iter(match=key("worker", "*"), count=1000)]
    pipe = server.pipeline(transaction=False)
    for name in names:
        pipe.hgetall(name)
    beats = zip(names, pipe.execute(), strict=True)
    return {name.partition(":")[2]: {k.decode(): v.decode() for k, v in beat.items()} for name, beat in beats if beat}


def _worker_metrics(workers: dict[str, dict[str, str]]) -> Iterator[Metric]:
    for known, family in ((_COUNTERS, CounterMetricFamily), (_GAUGES, GaugeMetricFamily)):
        for field, (name, text) in known.items():
            metric = family(name, text, labels=["worker"])
            for worker, beat in sorted(workers.items()):
                if field in beat:
                    metric.add_metric([worker], float(beat[field]))
            yield metric


def _camera_metric() -> Metric:
    ids = list(Camera.objects.filter(enabled=True).values_list("pk", flat=True))
    states = camera_states(ids)
    found = Counter(states[pk]["status"] if pk in states else "waiting" for pk in ids)
    metric = GaugeMetricFamily("lookout_cameras", "Enabled cameras by status.", labels=["status"])
    for status, number in sorted(found.items()):
        metric.add_metric([status], number)
    return metric
