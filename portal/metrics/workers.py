"""What each camera worker does, as its heartbeat tells."""

from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from analytics.workers.heartbeat import Beat, beats
from analytics.workers.keyvalue import client

Read = Callable[[Beat], float]

_COUNTERS: tuple[tuple[str, str, Read], ...] = (
    (
        "lookout_jpegs_encoded",
        "Pictures encoded for browsers; nobody watching, none encoded (DEMO-6).",
        lambda one: one.jpegs,
    ),
    ("lookout_inferences", "Looks that were asked of a network.", lambda one: one.inferences),
    ("lookout_inference_seconds", "How long these took, waiting for a thread included.", lambda one: one.inference_s),
)
_GAUGES: tuple[tuple[str, str, Read], ...] = (
    ("lookout_frame_ms", "Milliseconds that one analysed picture takes, from frame to count.", lambda one: one.ms),
    ("lookout_worker_fps", "Pictures per second that the worker analyses.", lambda one: one.fps),
    ("lookout_worker_load", "Looks at pictures per second that its cameras want.", lambda one: one.load),
    ("lookout_worker_capacity", "Looks at pictures per second that it could do.", lambda one: one.capacity),
    ("lookout_worker_cameras", "Cameras that it has.", lambda one: len(one.cameras)),
    ("lookout_worker_cameras_short", "Cameras of it below 80 % of the wanted rate.", lambda one: len(one.short)),
    ("lookout_worker_places", "Cameras that it would take beside those.", lambda one: one.places),
)


def worker_metrics() -> Iterator[Metric]:
    """One line for each worker. Raises RedisError."""
    living = sorted(beats(client()), key=lambda one: one.worker)
    for known, family in ((_COUNTERS, CounterMetricFamily), (_GAUGES, GaugeMetricFamily)):
        for name, text, read in known:
            metric = family(name, text, labels=["worker"])
            for one in living:
                metric.add_metric([one.worker], float(read(one)))
            yield metric
