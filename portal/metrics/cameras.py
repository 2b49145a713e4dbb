"""How the enabled cameras are: by status together, and each by its id."""

from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from analytics.live import CameraState, camera_states
from cameras.models import Camera

_LABELS = ["camera", "site"]
_GAUGES: tuple[tuple[str, str, Callable[[CameraState], float]], ...] = (
    ("lookout_camera_fps", "Pictures per second that are analysed.", lambda state: state["fps"]),
    ("lookout_camera_fps_in", "Pictures per second that come in.", lambda state: state["fps_in"]),
    ("lookout_camera_fps_wanted", "Pictures per second that should be analysed.", lambda state: state["fps_wanted"]),
)
_COUNTERS: tuple[tuple[str, str, Callable[[CameraState], float]], ...] = (
    ("lookout_camera_frames_dropped", "Pictures that a newer one overtook.", lambda state: state["dropped"]),
    ("lookout_camera_reconnects", "How often the stream was opened again.", lambda state: state["reconnects"]),
)


def camera_metrics() -> Iterator[Metric]:
    """Counters begin anew with a new owner, as Prometheus expects of one that was started again. Raises RedisError,
    django.db.Error."""
    sites = dict(Camera.objects.filter(enabled=True).order_by("pk").values_list("pk", "site_id"))
    states = camera_states(list(sites))
    yield _by_status(list(sites), states)
    for known, family in ((_GAUGES, GaugeMetricFamily), (_COUNTERS, CounterMetricFamily)):
        for name, text, read in known:
            metric = family(name, text, labels=_LABELS)
            for pk, state in states.items():
                metric.add_metric([str(pk), str(sites[pk])], float(read(state)))
            yield metric


def _by_status(ids: list[int], states: dict[int, CameraState]) -> Metric:
    found = Counter(states[pk]["status"] if pk in states else "waiting" for pk in ids)
    metric = GaugeMetricFamily("lookout_cameras", "Enabled cameras by status.", labels=["status"])
    for status, number in sorted(found.items()):
        metric.add_metric([status], number)
    return metric
