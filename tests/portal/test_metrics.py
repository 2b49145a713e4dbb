"""RUN-5: figures for Prometheus."""

import json
import re
import time
import urllib.request
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings
from websockets.sync.client import connect

from analytics.workers import keyvalue
from analytics.workers.heartbeat import ON_DEVICE, SKETCHED, Beat
from analytics.workers.keyvalue import ALARMS, client, key
from cameras.models import Site
from notifications.models import Destination, Notification
from notifications.services.tally import delivery_count
from portal.accounts.models import User
from portal.accounts.services import token_create
from portal.presence import Presence
from tests.analytics.workers.cluster import wait_for
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory, UserFactory
from tests.portal.web import Web
from tests.servers.ports import free_port
from tests.servers.valkey import Valkey
from tests.states import state_write


def figures(text: str) -> dict[tuple[str, ...], float]:
    """(name, label values by the names of the labels…) -> value, read by Prometheus's own parser."""
    families = text_string_to_metric_families(text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


@pytest.fixture
def scrape(api):
    """`scrape()`: the figures of now."""
    caller = api(UserFactory(is_superuser=True))
    return lambda: figures(caller.get("/metrics").content.decode())


def beat(worker: str, **facts: object) -> None:
    fixed = {"worker": worker, "host": "north", "pid": 1, "started_at": 0.0, "at": 0.0, "networks": (), "missing": ()}
    quiet = {"slots": 8, "capacity": 0.0, "load": 0.0, "fps": 0.0, "ms": 0.0, "cameras": (), "short": ()}
    whole = Beat(**{**fixed, **quiet, "jpegs": 0, "inferences": 0, **facts})  # type: ignore[arg-type]
    client().hset(key("worker", worker), mapping=whole.to_hash())


def message(destination: Destination, queued_at: datetime, state: str = "waiting") -> None:
    alarm, at = AlarmFactory(camera__site=destination.site), {"queued_at": queued_at, "next_try_at": queued_at}
    rest = {"event": "started", "lane": "1", "record": {}, "expires_at": queued_at + timedelta(days=1)}
    Notification.objects.create(id=uuid4(), destination=destination, alarm=alarm, state=state, **at, **rest)


def alive(name: str, role: str, host: str = "north", **open_: int) -> None:
    told = Presence(name, role, host, 7, "", time.time(), time.time(), 0.25, 10**8, open_)
    client().set(key("process", name), json.dumps(asdict(told)))


def test_what_all_workers_do_is_read_at_once(scrape, site: Site) -> None:
    """RUN-5, DEMO-6: pictures encoded, inferences, load and places of each worker."""
    beat("a", jpegs=12, inferences=300, inference_s=1.5, ms=8.5, load=40.0, capacity=90.0, cameras=(1, 2), short=(2,))
    beat("b", inferences=5)
    found = scrape()

    assert found["lookout_jpegs_encoded_total", "a"] == 12
    assert found["lookout_jpegs_encoded_total", "b"] == 0
    assert found["lookout_inferences_total", "a"] == 300
    assert found["lookout_inference_seconds_total", "a"] == 1.5
    assert found["lookout_frame_ms", "a"] == 8.5
    assert found["lookout_worker_capacity", "a"] == 90
    assert (found["lookout_worker_cameras", "a"], found["lookout_worker_cameras_short", "a"]) == (2, 1)
    assert found["lookout_worker_places", "a"] == 6


def test_cameras_are_counted_by_status_and_each_has_its_rates(scrape, site: Site) -> None:
    """RUN-5, CAM-6: frames a second in and analysed, drops; a camera that is off has none."""
    online, *_ = CameraFactory.create_batch(3, site=site)
    CameraFactory(site=site, enabled=False)
    state_write(online, status="online", fps=4.9, fps_in=25.0, dropped=17, reconnects=2)
    AlarmFactory(camera=online)
    found, labels = scrape(), (str(online.pk), str(site.pk))

    assert (found["lookout_cameras", "online"], found["lookout_cameras", "waiting"]) == (1, 2)
    assert found["lookout_camera_fps", *labels] == 4.9
    assert found["lookout_camera_fps_in", *labels] == 25
    assert found["lookout_camera_frames_dropped_total", *labels] == 17
    assert found["lookout_camera_reconnects_total", *labels] == 2
    assert found["lookout_alarms_open",] == 1


def test_what_waits_to_be_written_has_its_age(scrape, site: Site) -> None:
    """RUN-5, DESIGN 6: entries of the streams, and how far the writer is behind; tasks that nobody takes; owners."""
    ago_ms = round((time.time() - 90) * 1000)
    client().xadd(ALARMS, {"key": "x"}, id=f"{ago_ms}-1")
    client().rpush("notify", "a", "b")
    client().rpush(SKETCHED, "c")
    for name in ("12", "13", "writer"):
        client().set(key("lease", name), "token")
    found = scrape()

    assert found["lookout_writer_entries", "alarms"] == 1
    assert 89 < found["lookout_writer_lag_seconds", "alarms"] < 150
    assert found["lookout_writer_lag_seconds", "counts"] == 0
    assert (found["lookout_queue_tasks", "notify"], found["lookout_queue_tasks", SKETCHED]) == (2, 1)
    routes = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    told = {name[1] for name in found if name[0] == "lookout_queue_tasks"}
    assert told == {*routes, settings.CELERY_TASK_DEFAULT_QUEUE, SKETCHED, ON_DEVICE}
    assert (found["lookout_leases", "camera"], found["lookout_leases", "writer"]) == (2, 1)
    assert found["lookout_key_value_memory_bytes",] > 10**5


def test_what_became_of_messages_is_counted_and_what_waits_is_told(scrape, site: Site) -> None:
    """RUN-5, SPEC 7: by kind of destination and outcome; the age of the oldest that waits."""
    for outcome in ("sent", "sent", "temporary"):
        delivery_count(kind="webhook", outcome=outcome)
    old = datetime.now(UTC) - timedelta(hours=1)
    message(DestinationFactory(site=site), old)
    message(DestinationFactory(site=site, kind="email"), old, state="sent")
    found = scrape()

    assert found["lookout_deliveries_total", "webhook", "sent"] == 2
    assert found["lookout_deliveries_total", "webhook", "temporary"] == 1
    assert found["lookout_outbox_messages", "webhook"] == 1
    assert 3590 < found["lookout_outbox_oldest_seconds", "webhook"] < 3700
    assert ("lookout_outbox_messages", "email") not in found


def test_processes_of_all_hosts_are_one_picture(scrape) -> None:
    """RUN-5: whichever web process is asked, the connections of all of them are added up."""
    alive("a", "web", live=3, news=1)
    alive("b", "web", "south", live=2)
    alive("c", "beat")
    found = scrape()

    assert found["lookout_connections_open", "live"] == 5
    assert found["lookout_connections_open", "news"] == 1
    assert found["lookout_processes", "south", "web"] == 1
    assert found["lookout_process_memory_bytes", "north", "7", "beat"] == 10**8
    assert found["lookout_clock_off_seconds", "south"] == 0.25


def test_a_server_that_is_away_takes_only_its_own_figures(scrape, site: Site, settings: Settings) -> None:
    """SPEC 15: the scrape succeeds, and says which one it is."""
    CameraFactory(site=site)
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    try:
        found = scrape()
    finally:
        keyvalue._client.cache_clear()

    assert (found["lookout_server_up", "key-value"], found["lookout_server_up", "database"]) == (0, 1)
    assert found["lookout_alarms_open",] == 0


def asked(web: Web) -> dict[tuple[str, ...], float]:
    """As Prometheus asks, from this machine."""
    with urllib.request.urlopen(f"http://localhost:{web.port}/metrics") as answer:
        return figures(answer.read().decode())


@pytest.mark.slow
@pytest.mark.network
def test_a_web_process_tells_of_the_sockets_of_another(
    transactional_db: None, valkey: Valkey, tmp_path: Path, owner: User
) -> None:
    """RUN-5: two real ones; the one that is asked knows of the other's visitor, and when he has gone."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = Web(tmp_path / "one"), Web(tmp_path / "two")
    _, token = token_create(user=owner, name="test", scope="read")
    place, header = f"ws://localhost:{one.port}/ws/events/", {"Authorization": f"Bearer {token}"}
    events = "lookout_connections_open", "events"
    try:
        one.start()
        two.start()
        with connect(place, additional_headers=header):
            wait_for("the other one tells of it", lambda: asked(two).get(events) == 1)
        wait_for("it has gone", lambda: asked(two).get(events) == 0)
        one.stop()
        wait_for("one process is left", lambda: processes(asked(two)) == 1)
    finally:
        one.stop()
        two.stop()


def processes(found: dict[tuple[str, ...], float]) -> float:
    return sum(number for name, number in found.items() if name[0] == "lookout_processes")


def test_the_manual_tells_of_every_figure_and_of_no_other(api) -> None:
    """RUN-5: whoever writes an alarm rule looks there."""
    text = api(UserFactory(is_superuser=True)).get("/metrics").content.decode()
    told = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))
    manual = (settings.BASE_DIR / "docs" / "operations" / "observability.md").read_text()

    assert set(re.findall(r"`(lookout_\w+)`", manual)) == told


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_scraper_on_this_machine_needs_no_token(api, address: str) -> None:
    """RUN-5: Prometheus beside the portal."""
    assert api().get("/metrics", REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"])
def test_what_a_proxy_passes_on_is_not_local(api, header: str) -> None:
    """SEC-1: behind a proxy on this machine everybody seems to come from loopback."""
    assert api().get("/metrics", REMOTE_ADDR="127.0.0.1", **{header: "203.0.113.9"}).status_code == 401


def test_others_are_kept_out(api, owner: User) -> None:
    """SEC-1: figures of all sites are for portal administrators, wherever they are."""
    assert api().get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 401
    assert api(owner).get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 403
    administrator = api(UserFactory(is_superuser=True))
    assert administrator.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 200
