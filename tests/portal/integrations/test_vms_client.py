"""The example of docs/integrations against a real web process: it lists, follows, goes on, acknowledges (API-3, API-6,
API-8)."""

import importlib.util
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from analytics.models import Alarm, Event
from analytics.news import END, NOTIFIED, START
from analytics.services.event import events_prune
from cameras.models import Camera, Site
from portal.accounts.models import User
from portal.accounts.services import token_create
from tests.analytics.workers.cluster import wait_for
from tests.factories import AlarmFactory, CameraFactory
from tests.notifications.outbox import write
from tests.portal.web import Web

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network, pytest.mark.slow]

EXAMPLE = settings.BASE_DIR / "docs" / "integrations" / "vms_client.py"


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The program of the documentation, as a module; it comes back quickly here."""
    spec = importlib.util.spec_from_file_location("vms_client", EXAMPLE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "BACK_S", 0.05)
    return module


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    made = Web(tmp_path).start()
    yield made
    made.stop()


@pytest.fixture
def camera(site: Site) -> Camera:
    area = {"number": 1, "name": "Lobby", "polygon": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]], "status": True}
    return CameraFactory(site=site, name="Quay", occupancy={"areas": [area]})


@pytest.fixture
def before(camera: Camera) -> Alarm:
    """An alarm of before it came."""
    return AlarmFactory(camera=camera)


@pytest.fixture
def portal(example: Any, web: Web, owner: User) -> Any:
    return example.Portal(web.address, token_create(user=owner, name="vms", scope="operate")[1])


@pytest.fixture
def vms(example: Any, web: Web, portal: Any, before: Alarm) -> Iterator[Any]:
    """It has read everything and follows, until the end of the test."""
    made, stop = example.Vms(portal), threading.Event()
    made.read_everything()
    following = threading.Thread(target=made.run, args=[stop], daemon=True)
    following.start()
    yield made
    stop.set()
    web.stop()
    following.join(20)


def raised(camera: Camera) -> Alarm:
    alarm = AlarmFactory.build(camera=camera)
    write(alarm, START, NOTIFIED)
    return alarm


def caught_up(vms: Any) -> None:
    newest = Event.objects.order_by("-number").values_list("number", flat=True)[0]
    wait_for(f"event {newest}", lambda: vms.after >= newest)


def test_the_example_misses_nothing_and_hears_no_echo(
    camera: Camera, before: Alarm, web: Web, portal: Any, vms: Any
) -> None:
    """API-3, API-6, API-8: over a restart of the web process, in the order in which it happened."""
    assert (vms.cameras[camera.pk]["name"], vms.areas[0]["name"]) == ("Quay", "Lobby")
    assert set(vms.alarms) == {str(before.pk)}

    one = raised(camera)
    wait_for("the start", lambda: str(one.pk) in vms.alarms)
    web.kill()
    write(one, END)
    two = raised(camera)
    web.start()
    wait_for("the other start", lambda: str(two.pk) in vms.alarms)
    answer = portal.acknowledge(str(two.pk), "VMS-2")
    assert portal.acknowledge(str(two.pk), "VMS-2") == answer
    write(two, END)
    caught_up(vms)

    kinds = ["started", "notified", "ended", "started", "notified", "ended"]
    assert [kind for _, kind in vms.taken] == [f"alarm.{kind}" for kind in kinds]
    assert [number for number, _ in vms.taken] == [1, 2, 3, 4, 5, 7]
    assert vms.alarms[str(one.pk)]["state"] == "ended"
    assert (vms.alarms[str(two.pk)]["external_ref"], vms.alarms[str(two.pk)]["acknowledged_by"]) == ("VMS-2", "owner")


def test_the_example_begins_anew_when_its_events_are_gone(
    camera: Camera, before: Alarm, vms: Any, web: Web, settings: Any
) -> None:
    """API-6: away for longer than events are kept, it reads the alarms again and goes on."""
    web.kill()
    alarms = [raised(camera) for _ in range(3)]
    settings.EVENTS_MOST = 0
    events_prune(now=timezone.now())
    web.start()
    wait_for("all alarms", lambda: set(vms.alarms) == {str(alarm.pk) for alarm in [before, *alarms]})
    write(alarms[0], END)
    caught_up(vms)

    assert [kind for _, kind in vms.taken] == ["alarm.ended"]
