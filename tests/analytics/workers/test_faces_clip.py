"""Non-mask from the clip to the row of the alarm, with our own network, in real processes (MASK-1, MASK-7)."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.core.files.storage import default_storage

from analytics.live import camera_states
from analytics.models import Alarm
from tests.analytics.workers.cluster import Cluster, environment, wait_for
from tests.factories import CameraFactory
from tests.servers.valkey import Valkey

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.shared,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]


@pytest.fixture
def cluster(valkey: Valkey, tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path, environment(valkey), app="portal.celery")
    yield cluster
    cluster.stop()


def test_a_face_without_mask_is_an_alarm_with_its_picture(cluster: Cluster) -> None:
    """MASK-1, MASK-4, MASK-7: nothing is set after the installation; the picture shows the faces that the row has."""
    camera = CameraFactory(url="clip:faces-plain.mp4", fps=10, occupancy=False, nonmask={})
    cluster.camera_worker("watch")
    cluster.short_tasks()
    cluster.beat()

    alarm = wait_for("an alarm with a picture", lambda: Alarm.objects.exclude(snapshot="").first(), limit_s=120)

    assert (alarm.extension, alarm.cause, alarm.area_number, alarm.threshold) == ("nonmask", "no_mask", 0, 1)
    assert alarm.face in [face["id"] for face in alarm.overlay["faces"]]
    with default_storage.open(alarm.snapshot.name) as stored:
        picture = cv2.imdecode(np.frombuffer(stored.read(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert list(picture.shape[1::-1]) == alarm.overlay["size"]
    state = camera_states([camera.pk])[camera.pk]
    assert (state["count"], state["occupancy"], state["status"]) == (None, None, "online")
    wait_for("the notification", lambda: Alarm.objects.filter(pk=alarm.pk, notified_count=1).exists())
