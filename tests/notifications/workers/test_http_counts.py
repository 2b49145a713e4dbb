"""The counts over HTTP, against real servers (OUT-2; WIRE 1)."""

import json
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from analytics.workers.keyvalue import client
from analytics.workers.lease import Lease
from cameras.models import Camera, Extension, Site
from cameras.services.secret import secrets_change
from notifications.protocols.occupancy_json import decode
from notifications.services.count_health import count_health
from notifications.workers.http_counts import HTTP_COUNTS, HttpCounts
from tests.factories import CameraFactory, SiteFactory
from tests.notifications.outputs import see, wait_until
from tests.servers import hook as replies
from tests.servers.hook import Hook, Reply

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network]


@pytest.fixture
def site(transactional_db: None) -> Site:
    return SiteFactory(name="Harbour")


class Stage:
    """The owner of the clock, and a clock that the test sets: seconds after a full minute."""

    def __init__(self) -> None:
        self.minute_s = time.time() // 60 * 60
        self.now_s = 1.0
        self.lease = Lease(HTTP_COUNTS)
        assert self.lease.take(client())
        self.counts = HttpCounts(self.lease, client(), lambda: self.minute_s + self.now_s)

    def begin(self) -> None:
        """Read the settings; nothing is due yet."""
        self.counts.look()
        self.counts.turn()

    def step(self, now_s: float) -> None:
        """It is later now."""
        self.now_s = now_s
        self.counts.turn()

    def settle(self) -> None:
        """Every request is over, and what came of it is known."""
        wait_until(self.counts.settled, "a request is under way")

    def see(self, camera: Camera, count: int = 3, *, age_s: float = 0.0) -> None:
        see(camera, count, at_s=self.minute_s + self.now_s - age_s)


@pytest.fixture
def stage(transactional_db: None, loopback: None) -> Iterator[Stage]:
    one = Stage()
    yield one
    one.counts.close()


def to(hook: Hook, **more: object) -> dict[str, object]:
    """A destination of the tab HTTP transmission."""
    where = {"address": "127.0.0.1", "port": hook.port, "ssl": bool(hook.ca), "ca_certificate": hook.ca}
    return {"transmission": True, "interval_s": 5, **where, **more}


def camera_telling(site: Site, *destinations: dict[str, object], **secrets: str) -> Camera:
    """A camera whose tab has these destinations."""
    camera = CameraFactory(site=site, occupancy={"http": {"destinations": list(destinations)}})
    extension = Extension.objects.get(camera=camera)
    secrets_change(extension, secrets)
    extension.save()
    return camera


def test_counts_arrive_as_the_vendors_cameras_send_them(stage: Stage, hook: Hook, site: Site) -> None:
    """OUT-2, WIRE 1: POST, path, content type; the certificate is checked against a CA of one's own."""
    camera = camera_telling(site, to(hook))
    stage.begin()
    stage.see(camera, 6)
    stage.step(5.0)
    (request,) = hook.wait(1)

    assert (request.method, request.path) == ("POST", "/AIOccupancyDetectionApp")
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert decode(request.body).areas[1] == 6
    stage.settle()
    assert count_health(camera_id=camera.pk)[1]["error"] == ""


def test_a_certificate_that_nobody_vouches_for_is_refused(stage: Stage, hook: Hook, site: Site) -> None:
    """OUT-2: SSL On checks the certificate."""
    camera = camera_telling(site, to(hook, ca_certificate=""))
    stage.begin()
    stage.see(camera)
    stage.step(5.0)
    stage.settle()

    assert "not trusted" in count_health(camera_id=camera.pk)[1]["error"]
    assert hook.requests == []


@pytest.mark.parametrize("auth", ["basic", "digest"])
def test_who_asks_for_a_password_gets_it(stage: Stage, loopback: None, site: Site, auth: str) -> None:
    """OUT-2: Basic and Digest, as the server asks."""
    with Hook(auth=auth) as hook:
        camera = camera_telling(site, to(hook, user=hook.user), http_password_1=hook.password)
        stage.begin()
        stage.see(camera)
        stage.step(5.0)
        (request,) = hook.wait(1)

    assert decode(request.body).picture == 3


def test_four_destinations_each_at_its_own_interval(stage: Stage, plain_hook: Hook, site: Site) -> None:
    """OUT-2: on the boundaries of the clock."""
    paths = {"/5": 5, "/10": 10, "/15": 15, "/60": 60}
    camera = camera_telling(site, *(to(plain_hook, path=path, interval_s=step) for path, step in paths.items()))
    stage.begin()
    for now_s in range(2, 61):
        stage.see(camera)
        stage.step(now_s)
        stage.settle()
        due = [path for path, step in paths.items() if now_s % step == 0]
        assert sorted(one.path for one in plain_hook.requests) == sorted(due), now_s
        plain_hook.requests.clear()


def test_the_newest_count_wins_while_a_server_hangs(stage: Stage, plain_hook: Hook, site: Site) -> None:
    """SPEC 7: one waits at most, and nobody else waits for it."""

    def told(path: str) -> list[int]:
        return [decode(one.body).picture for one in list(plain_hook.requests) if one.path == path]

    plain_hook.reply = lambda request: replies.HANG if request.path == "/slow" else replies.OK
    camera = camera_telling(site, to(plain_hook, path="/slow"), to(plain_hook, path="/quick"))
    stage.begin()
    for number in (1, 2, 3):
        stage.see(camera, number)
        stage.step(5.0 * number)
        wait_until(lambda: len(told("/quick")) == number, "the quick one waits")  # noqa: B023 - called at once
        wait_until(lambda: stage.counts.under_way() <= 1, "the quick one is under way")
    assert told("/slow") == [1]
    plain_hook.reply = lambda _request: replies.OK
    plain_hook.released.set()
    stage.settle()
    stage.step(16.0)
    stage.settle()

    assert told("/quick") == [1, 2, 3]
    assert told("/slow")[-1] == 3
    assert 2 not in told("/slow")


def test_what_was_not_taken_is_tried_again_until_its_interval_is_over(
    stage: Stage, plain_hook: Hook, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 7: the same count, with back-off; it expires after one interval."""
    monkeypatch.setattr("notifications.workers.http_counts.backoff_s", lambda _failures: 2.0)
    plain_hook.reply = lambda _request: replies.ERROR
    camera = camera_telling(site, to(plain_hook))
    stage.begin()
    stage.see(camera, 5)
    for now_s in (5.0, 6.0, 7.0, 8.0, 9.0):
        stage.step(now_s)
        stage.settle()
    stage.see(camera, age_s=6)
    stage.step(10.0)
    stage.step(11.0)
    stage.settle()

    assert [decode(one.body).picture for one in plain_hook.requests] == [5, 5, 5]


def test_what_is_refused_for_good_waits_for_the_next_count(stage: Stage, plain_hook: Hook, site: Site) -> None:
    """SPEC 7: permanent errors are not repeated."""
    plain_hook.reply = lambda _request: Reply(422, b"no")
    camera = camera_telling(site, to(plain_hook))
    stage.begin()
    stage.see(camera)
    stage.step(5.0)
    plain_hook.wait(1)
    stage.settle()
    stage.step(9.0)
    stage.settle()

    assert len(plain_hook.requests) == 1
    assert "422" in count_health(camera_id=camera.pk)[1]["error"]


def test_the_error_of_an_interval_is_at_most_5_percent(stage: Stage, plain_hook: Hook, site: Site) -> None:
    """The figure of the issue, on the real clock."""
    times_s: list[float] = []
    plain_hook.reply = lambda _request: times_s.append(time.time()) or replies.OK
    camera = camera_telling(site, to(plain_hook))
    real = HttpCounts(stage.lease, client())
    real.look()
    real.start()

    def seen() -> bool:
        see(camera)
        return len(times_s) >= 3

    try:
        wait_until(seen, "no counts")
    finally:
        real.stop()
        real.join()
    assert all(abs(later - earlier - 5) <= 0.25 for earlier, later in pairwise(times_s))
    assert all(at_s % 5 <= 0.25 for at_s in times_s)


def test_a_password_is_seen_by_its_server_only(
    stage: Stage, loopback: None, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    """SPEC 7: absent from logs, errors and the figures for the screen."""
    with Hook(auth="basic") as hook:
        camera = camera_telling(site, to(hook, user=hook.user), http_password_1="planted-secret")
        stage.begin()
        stage.see(camera)
        stage.step(5.0)
        stage.settle()
        stage.settle()

    assert "401" in count_health(camera_id=camera.pk)[1]["error"]
    shown = [json.dumps(count_health(camera_id=camera.pk)), *map(str, capsys.readouterr())]
    assert "planted-secret" not in "".join(shown)


def test_the_plan_tells_no_password(stage: Stage, plain_hook: Hook, site: Site) -> None:
    """SPEC 7: not even when somebody logs it."""
    camera_telling(site, to(plain_hook, user="guard"), http_password_1="planted-secret")
    stage.begin()

    assert "planted-secret" not in repr(stage.counts.plan)
    assert stage.counts.plan
