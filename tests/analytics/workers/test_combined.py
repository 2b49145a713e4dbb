"""The owner of combined areas (DASH-6; SPEC 4, 4.10), against a real key-value server and a real database."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from redis import Redis

from analytics.combined import combined_now
from analytics.combined_live import combined_states
from analytics.combined_selectors import combined_area_list
from analytics.models import Alarm, CombinedArea, CombinedTimer
from analytics.services.combined_area import combined_area_create, combined_area_remove, combined_area_update
from analytics.signals import alarm_changed
from analytics.workers import reconcile
from analytics.workers.combined import CombinedOwner
from analytics.workers.keyvalue import client, key
from analytics.workers.lease import COMBINED, Lease
from analytics.workers.moment import Moment
from analytics.workers.runtime import Runtime
from cameras.models import Camera, Site
from notifications.models import Notification
from portal.accounts.models import User
from tests.factories import CameraFactory, DestinationFactory, SiteFactory
from tests.servers.valkey import Valkey
from tests.states import area_state, state_write

pytestmark = pytest.mark.django_db
EXAMPLE = {"name": "Both halls", "count_threshold": 10, "time_s": 10, "reset_percentage": 80, "pause_reset_s": 5}


class Clock:
    """The moment of now, moved by the test; the wall shows `began` more."""

    def __init__(self) -> None:
        self.began, self.at_s = time.time(), 0.0

    def __call__(self) -> Moment:
        return Moment(round((1_000 + self.at_s) * 1000), self.began + self.at_s)


class Stage:
    """Two cameras that say what the test wants, and owners that look twice a second."""

    def __init__(self, server: Redis, cameras: list[Camera]) -> None:
        self.server, self.cameras, self.clock = server, cameras, Clock()
        self.counts: list[int | None] = [0 for _ in cameras]
        self.owner = self.new_owner()

    def new_owner(self) -> CombinedOwner:
        """In the place of the one before, which gives nothing back."""
        self.server.delete(key("lease", COMBINED))
        lease = Lease(COMBINED)
        assert lease.take(self.server)
        return CombinedOwner(self.server, lease, threading.Event(), self.clock)

    def say(self, camera: Camera, count: int | None, **changes: Any) -> None:
        now = self.clock().now
        state_write(camera, at=now, last_frame_at=now, areas=[area_state(count=count)], **changes)

    def run(self, until_s: float, *counts: int | None, owner: CombinedOwner | None = None) -> None:
        """counts: of the cameras from now on."""
        self.counts = list(counts) or self.counts
        while self.clock.at_s < until_s:
            self.clock.at_s += 0.5
            for camera, count in zip(self.cameras, self.counts, strict=True):
                self.say(camera, count)
            (owner or self.owner).turn()

    def second_of(self, instant: Any) -> float:
        return round(instant.timestamp() - self.clock.began, 1)


@pytest.fixture
def cameras(site: Site) -> list[Camera]:
    return [CameraFactory(site=site, name=name) for name in ("Hall", "Stairs")]


@pytest.fixture
def halls(owner: User, site: Site, cameras: list[Camera]) -> CombinedArea:
    areas = [(camera.pk, 1) for camera in cameras]
    return combined_area_create(user=owner, site=site, settings=EXAMPLE, areas=areas)


@pytest.fixture
def stage(valkey: Valkey, halls: CombinedArea, cameras: list[Camera]) -> Stage:
    return Stage(client(valkey.url), cameras)


def test_two_cameras_raise_one_alarm_by_their_sum(
    stage: Stage, site: Site, halls: CombinedArea, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    """DASH-6, SPEC 4, the worked example: in the same list, without camera, with its notifications; eight or nine hold
    it for five seconds, seven end it."""
    DestinationFactory(site=site)
    stage.run(5, 5, 4)
    stage.run(14.5, 6, 4)
    assert not Alarm.objects.exists()
    with django_capture_on_commit_callbacks():
        stage.run(16, 6, 4)

    alarm = Alarm.objects.get()
    assert (alarm.combined, alarm.camera, alarm.area_number) == (halls, None, 0)
    assert (alarm.area_name, alarm.camera_name, alarm.simulated) == ("Both halls", "Hall, Stairs", True)
    assert (alarm.count, alarm.threshold, stage.second_of(alarm.started_at)) == (10, 10, 15.5)
    assert Notification.objects.get().record["combined"] == halls.pk

    stage.run(20, 4, 4)
    stage.run(24, 6, 4)
    assert Alarm.objects.filter(ended_at=None).count() == 1
    stage.run(25, 3, 4)
    alarm.refresh_from_db()
    assert (stage.second_of(alarm.ended_at), alarm.end_reason) == (24.5, "count")


def test_the_figure_and_the_timer_are_told(stage: Stage, owner: User, halls: CombinedArea) -> None:
    """DASH-6, CNT-6: live; limited when one camera is late; unknown when one of them is."""
    stage.run(5, 6, 5)
    said = combined_states([halls.pk], stage.server)[halls.pk]
    assert (said["count"], said["quality"], said["state"], said["alarm"]) == (11, "live", "running", False)
    assert said["timer_ms"] == pytest.approx(4_500, abs=600)

    now = stage.clock().now
    for late_s, figure in ((6, (11, "limited")), (31, (None, "unknown"))):
        state_write(stage.cameras[0], at=now, last_frame_at=now - late_s, areas=[area_state(count=6)])
        found = combined_now(combined_area_list(user=owner), now=now)[0]
        assert (found.count, found.quality) == figure


def test_a_new_owner_goes_on_with_timer_and_alarm(stage: Stage) -> None:
    """SPEC 4.10: a kill costs the run no more than the second since the last save, and no alarm is raised twice; what
    the old one has left to say is refused."""
    stage.run(8, 6, 4)
    second = stage.new_owner()
    stage.run(14, owner=second)
    alarm = Alarm.objects.get()
    assert stage.second_of(alarm.started_at) == pytest.approx(12, abs=0.6)

    third = stage.new_owner()
    stage.run(20, owner=third)
    assert Alarm.objects.filter(ended_at=None).get() == alarm
    epoch = CombinedTimer.objects.get().epoch
    second._lease._renewed_at = time.monotonic()
    with pytest.raises(Exception, match="is the owner's"):
        stage.run(22, owner=second)
    assert CombinedTimer.objects.get().epoch == epoch


def test_an_alarm_and_its_timer_are_saved_in_one_step(stage: Stage) -> None:
    """SPEC 4.10: when one of the two cannot be written, neither is; the alarm comes with the next turn, once."""

    def refuse(**_signal: Any) -> None:
        raise OperationalError("away")

    stage.run(9.5, 6, 4)
    alarm_changed.connect(refuse)
    try:
        with pytest.raises(OperationalError):
            stage.run(12)
    finally:
        alarm_changed.disconnect(refuse)
    assert not Alarm.objects.exists()
    assert CombinedTimer.objects.get().state["alarm"]["area"]["alarm_id"] is None

    stage.run(13)
    alarm = Alarm.objects.get()
    assert stage.second_of(alarm.started_at) == 11.0
    assert CombinedTimer.objects.get().state["alarm"]["area"]["alarm_id"] == str(alarm.pk)


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"count_threshold": 11}, "settings"), ({"status": False}, "status off"), ({"name": "Halls"}, None)],
)
def test_a_changed_condition_ends_the_alarm(
    stage: Stage, owner: User, halls: CombinedArea, change: dict[str, Any], reason: str | None
) -> None:
    """SPEC 4.11: status and N do, a name does not; the owner follows within a second or two."""
    stage.run(12, 6, 4)
    combined_area_update(user=owner, combined=halls, settings=change)
    stage.run(14)

    alarm = Alarm.objects.get()
    assert (alarm.end_reason or None) == reason
    assert combined_states([halls.pk], stage.server)[halls.pk]["alarm"] is (reason is None)


def test_what_changed_while_nobody_watched_resets_as_well(stage: Stage, owner: User, halls: CombinedArea) -> None:
    """SPEC 4.10, 4.11: the timer knows under which settings it ran."""
    stage.run(12, 6, 4)
    combined_area_update(user=owner, combined=halls, settings={"time_s": 20})
    stage.run(13, owner=stage.new_owner())

    assert Alarm.objects.get().end_reason == "settings"


def test_an_unreadable_state_holds_nobody_up(stage: Stage) -> None:
    """SPEC 15: the timer begins at 0, and the alarm that it no longer knows of ends."""
    stage.run(12, 6, 4)
    CombinedTimer.objects.update(state={"alarm": "?"})
    stage.run(26, owner=stage.new_owner())

    ended, going_on = Alarm.objects.order_by("started_at")
    assert (ended.end_reason, going_on.ended_at) == ("settings", None)


def test_a_removed_area_ends_its_alarm_and_stops_its_owner(stage: Stage, owner: User, halls: CombinedArea) -> None:
    """DASH-6: the alarm stays in the list, closed; with nothing left to watch the owner ends."""
    stage.run(12, 6, 4)
    combined_area_remove(user=owner, combined=halls)

    alarm = Alarm.objects.get()
    assert (alarm.end_reason, alarm.combined, alarm.area_name) == ("status off", None, "Both halls")
    stage.clock.at_s += 2
    assert stage.owner.turn() is False
    assert not CombinedTimer.objects.exists()


@pytest.mark.parametrize(("how", "reason"), [("moved", "settings"), ("removed", "settings"), ("off", "camera lost")])
def test_without_one_of_its_areas_nobody_knows_the_figure(
    stage: Stage, halls: CombinedArea, how: str, reason: str
) -> None:
    """CNT-6, SEC-1: a sum without one of its rooms looks like the sum of all; another site's count is not told here."""
    stage.run(12, 6, 4)
    stairs = stage.cameras[1]
    if how == "moved":
        Camera.objects.filter(pk=stairs.pk).update(site=SiteFactory())
    if how == "removed":
        Camera.objects.get(pk=stairs.pk).delete()
    for _ in range(16):
        stage.clock.at_s += 0.5
        stage.say(stage.cameras[0], 6)
        state_write(stairs, at=stage.clock().now, areas=[area_state(count=4, status=how != "off")])
        stage.owner.turn()

    said = combined_states([halls.pk], stage.server)[halls.pk]
    assert (said["count"], said["quality"]) == (None, "unknown")
    assert Alarm.objects.get().end_reason == reason


def test_an_owner_is_looked_for_while_there_is_something_to_own(
    stage: Stage, owner: User, halls: CombinedArea, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN 2: queued once until somebody takes it; alarms of combined areas are nobody's orphans."""
    monkeypatch.setattr(reconcile, "OWNERS_FIRST_S", 0)
    stage.run(12, 6, 4)
    assert reconcile.look(stage.server).combined is False
    stage.server.delete(key("lease", COMBINED))

    assert [reconcile.look(stage.server).combined for _ in range(2)] == [True, False]
    assert Alarm.objects.get().ended_at is None
    stage.server.delete(key("queued", COMBINED))
    combined_area_remove(user=owner, combined=halls)
    assert reconcile.look(stage.server).combined is False


@pytest.mark.django_db(transaction=True)
def test_its_task_ends_when_there_is_nothing_left(stage: Stage, owner: User, halls: CombinedArea) -> None:
    """DESIGN 2: the lease is given back; a second run while one goes on ends at once."""
    Runtime().run_combined()  # the stage's own holds the lease
    stage.owner._lease.release(stage.server)
    combined_area_remove(user=owner, combined=halls)

    Runtime().run_combined()
    assert not stage.server.exists(key("lease", COMBINED))


def test_a_turn_asks_the_same_of_two_areas_as_of_twenty(
    stage: Stage, owner: User, site: Site, django_assert_max_num_queries: Any
) -> None:
    """DESIGN 2: one trip for all cameras, two queries for all settings."""
    areas = [(camera.pk, 1) for camera in stage.cameras]
    for number in range(19):
        combined_area_create(user=owner, site=site, settings={**EXAMPLE, "name": f"Halls {number}"}, areas=areas)
    stage.run(2, 1, 1)
    stage.clock.at_s += 2

    with django_assert_max_num_queries(4):
        stage.owner.turn()
    assert len(combined_states(list(CombinedArea.objects.values_list("pk", flat=True)), stage.server)) == 20
