"""RUN-5: figures for Prometheus."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from analytics.workers.keyvalue import client, key
from cameras.models import Site
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, UserFactory
from tests.states import state_write


def figures(text: str) -> dict[tuple[str, ...], float]:
    """(name, label values…) -> value, read by Prometheus's own parser."""
    families = text_string_to_metric_families(text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def beat(worker: str, **facts: object) -> None:
    client().hset(key("worker", worker), mapping={name: str(value) for name, value in facts.items()})


def test_what_all_workers_do_is_read_at_once(api, site: Site) -> None:
    """RUN-5, DEMO-6: pictures encoded, inferences, cameras by status, open alarms."""
    beat("a", jpegs=12, inferences=300, ms=8.5, load=40, capacity=90, networks="x")
    beat("b", jpegs=0, inferences=5)
    online, *_ = CameraFactory.create_batch(3, site=site)
    CameraFactory(site=site, enabled=False)
    state_write(online, status="online")
    AlarmFactory(camera=online)
    answer = api(UserFactory(is_superuser=True)).get("/metrics")
    found = figures(answer.content.decode())

    assert answer.headers["Content-Type"].startswith("text/plain")
    assert found["lookout_jpegs_encoded_total", "a"] == 12
    assert found["lookout_jpegs_encoded_total", "b"] == 0
    assert found["lookout_inferences_total", "a"] == 300
    assert found["lookout_frame_ms", "a"] == 8.5
    assert ("lookout_frame_ms", "b") not in found
    assert (found["lookout_cameras", "online"], found["lookout_cameras", "waiting"]) == (1, 2)
    assert found["lookout_alarms_open",] == 1


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
