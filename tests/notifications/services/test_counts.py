"""The newest counts, or why there are none (SPEC 7, CNT-6)."""

import time

import pytest

from analytics.workers.keyvalue import client, key
from cameras.models import Extension, Site
from notifications.record import CountRecord, mac_of
from notifications.services.counts import Counted, Skip, newest_counts
from tests.notifications.outputs import mqtt_camera, see

pytestmark = pytest.mark.django_db


def counted(site: Site) -> Counted:
    camera = mqtt_camera(site, areas=2)
    return Counted.of(Extension.objects.select_related("camera__site").get(camera=camera))


def test_a_record_has_the_newest_counts_and_the_names(site: Site) -> None:
    """WIRE 1: an area that is Off is told apart; the address of a camera without one."""
    camera = counted(site)
    now_s = time.time()
    see(Extension.objects.get(camera=camera.camera_id).camera, 6, at_s=now_s - 4.9, areas=2)
    record = newest_counts([camera], now_s=now_s)[camera.camera_id]

    assert isinstance(record, CountRecord)
    assert (record.picture, record.site_name, record.mac) == (6, "Harbour", mac_of(camera.camera_id))
    assert [(area.number, area.count) for area in record.areas] == [(1, 6), (2, 6)]
    assert record.at.timestamp() == pytest.approx(now_s - 4.9)
    assert camera.on == {1, 2}
    assert record.simulated


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        pytest.param({"at_s": 4.9}, Skip.STALE, id="stale"),
        pytest.param({"count": None}, Skip.UNKNOWN, id="no count"),
        pytest.param({"status": "outside schedule", "count": None}, Skip.CLOSED, id="closed"),
    ],
)
def test_nothing_is_sent_that_looks_live_and_is_not(site: Site, state: dict, reason: Skip) -> None:
    """SPEC 7: older than 5 s, unknown, outside the schedule."""
    camera = counted(site)
    see(Extension.objects.get(camera=camera.camera_id).camera, **{"at_s": 9.0, **state})

    assert newest_counts([camera], now_s=10.0) == {camera.camera_id: reason}
    client().delete(key("live", camera.camera_id))
    assert newest_counts([camera], now_s=10.0) == {camera.camera_id: Skip.UNKNOWN}
