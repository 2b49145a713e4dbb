"""Scene metadata from a camera's worker to a real broker (OUT-4, DEMO-6; WIRE 3)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from analytics.workers.heartbeat import beats
from analytics.workers.keyvalue import client, key
from analytics.workers.plan import ExtensionPlan
from cameras.capture.source import SourceSpec
from cameras.extensions.nonmask import NonmaskSettings
from cameras.models import Camera, Site
from notifications.models import Destination
from notifications.services.destination import destination_update
from notifications.workers.runtime import OutputsRuntime
from tests.analytics.workers.cluster import Cluster, environment
from tests.analytics.workers.loopbench import Bench, plan
from tests.factories import CameraFactory, DestinationFactory, SiteFactory
from tests.notifications.outputs import see, serve, wait_until
from tests.servers.mosquitto import Heard, Listener, Mosquitto
from tests.servers.valkey import Valkey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network]

AREA = {"number": 1, "name": "A", "polygon": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]], "status": True}


@pytest.fixture
def site(transactional_db: None) -> Site:
    return SiteFactory(name="Harbour")


@pytest.fixture
def bench(valkey: Valkey) -> Iterator[Bench]:
    bench = Bench(valkey)
    yield bench
    bench.close()


def watch(bench: Bench, camera: Camera, script: str, *, masks: bool = False) -> None:
    """A camera's worker, on white bars."""
    given = replace(plan(count_threshold=9), camera_id=camera.pk, spec=SourceSpec(f"fake:{script}", fps=10))
    bench.run(replace(given, nonmask=ExtensionPlan(NonmaskSettings.from_json({}))) if masks else given)


def publish(site: Site, **config: Any) -> Destination:
    return DestinationFactory(site=site, kind="onvif", config={"prefix": "door", **config}, secrets="")


def topic(camera: Camera, module: str = "OccupancyDetection") -> str:
    return f"door/onvif-mj/VideoAnalytics/cam-{camera.pk:04d}/{module}"


def frames(listener: Listener, topic: str) -> list[dict[str, Any]]:
    return [frame(one) for one in list(listener.heard) if one.topic == topic]


def frame(heard: Heard) -> dict[str, Any]:
    (found,) = json.loads(heard.payload)["Frame"]
    return dict(found)


def at_s(told: dict[str, Any]) -> float:
    return datetime.fromisoformat(told["@UtcTime"]).timestamp()


def ids(told: dict[str, Any]) -> list[int]:
    return [one["@ObjectId"] for one in told.get("Object", ())]


def demanded(camera: Camera) -> bool:
    return bool(client().exists(key("scenedemand", camera.pk)))


def test_what_a_camera_sees_goes_out_as_it_sees_it(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site, bench: Bench
) -> None:
    """OUT-4, DEMO-6, WIRE 3: boxes where the bars are, QoS 0, not retained; no picture is encoded for it."""
    serve(broker)
    camera = two_people(site, bench)
    runtime.start()
    heard = listener.wait(5, topic(camera))
    told = [frame(one) for one in heard][1:]  # the first may be of before the network found its first track

    assert {(one.qos, one.retain) for one in heard} == {(0, False)}
    assert {tuple(ids(one)) for one in told} == {tuple(ids(told[0]))}
    box = told[-1]["Object"][0]["Appearance"]["Shape"]["BoundingBox"]
    assert box == pytest.approx({"@left": -0.925, "@right": -0.85, "@top": 0.8667, "@bottom": 0.4667}, abs=0.03)
    assert [one["@UtcTime"] for one in told] == sorted({one["@UtcTime"] for one in told})
    assert bench.jpegs.count == 0


def test_a_second_has_no_more_frames_than_asked_for(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site, bench: Bench
) -> None:
    """OUT-4: one a second unless somebody wants more; the faster of two destinations holds up nobody."""
    serve(broker)
    camera = CameraFactory(site=site)
    publish(site, scenes=True)
    publish(site, prefix="fast", scenes=True, scenes_per_s=10)
    watch(bench, camera, "2?fps=10")
    runtime.start()
    slow = listener.wait(4, topic(camera))
    fast = [one for one in listener.heard if one.topic.startswith("fast/onvif-mj/")]

    assert slow[-1].at_s - slow[0].at_s >= 2  # three of a grid of a second; a frame may be early
    assert len(fast) >= 2 * len(slow)


def test_one_empty_frame_ends_the_scene_and_no_id_comes_again(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site, bench: Bench
) -> None:
    """WIRE 3: ids are never reused."""
    serve(broker)
    camera = CameraFactory(site=site)
    publish(site, scenes=True, scenes_per_s=2)
    watch(bench, camera, "1@2,0@5?fps=10")
    runtime.start()

    def scenes() -> list[list[dict[str, Any]]]:
        """Frames with objects and frames without, in turns."""
        return [list(some) for _, some in groupby(frames(listener, topic(camera)), lambda one: bool(ids(one)))]

    wait_until(lambda: len(scenes()) >= 6, "not three scenes")
    shown = [some for some in scenes() if ids(some[0])]
    empty = [some for some in scenes() if not ids(some[0])]
    seen = [{number for one in some for number in ids(one)} for some in shown[:2]]

    assert all(len(some) == 1 for some in empty)
    assert not seen[0] & seen[1]


def test_faces_are_described_beside_the_objects(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site, bench: Bench
) -> None:
    """WIRE 3: where non-mask is installed, and nowhere else."""
    serve(broker)
    both, faces, people = (CameraFactory(site=site, **facts) for facts in ({"nonmask": {}}, {}, {}))
    faces.extensions.all().delete()
    publish(site, scenes=True, scenes_per_s=5)
    watch(bench, both, "3?fps=10&worn=1", masks=True)
    watch(bench, people, "2?fps=10")
    runtime.start()

    def masks() -> list[Any]:
        told = frames(listener, topic(both, "NonMaskDetection"))
        shown = [one["Appearance"] for some in told for one in some.get("Object", ())]
        return [one["HumanFace"]["Accessory"]["Mask"]["Wear"] for one in shown if "HumanFace" in one]

    wait_until(lambda: {True, False} <= set(masks()), "no judged faces")
    listener.wait(2, topic(both))
    listener.wait(2, topic(people))

    assert not frames(listener, topic(people, "NonMaskDetection"))
    assert not demanded(faces)


def test_it_is_off_unless_somebody_switches_it_on(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site
) -> None:
    """OUT-4, OCC-29: a switch of its own; while it is Off nobody asks a worker for anything."""
    serve(broker)
    camera = CameraFactory(site=site, occupancy={"areas": [AREA]})
    publish(site)
    runtime.start()

    def counted() -> bool:
        see(camera)
        return any("onvif-ej" in one.topic for one in listener.heard)

    wait_until(counted, "no counts")
    assert runtime._ear is None
    assert not demanded(camera)
    assert not [one for one in listener.heard if "onvif-mj" in one.topic]


def test_switching_it_off_ends_the_scene_and_the_demand(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site, bench: Bench
) -> None:
    """OUT-4: the last word is an empty frame."""
    serve(broker)
    camera = CameraFactory(site=site)
    destination = publish(site, scenes=True, scenes_per_s=5)
    watch(bench, camera, "2?fps=10")
    runtime.start()
    wait_until(lambda: any(ids(one) for one in frames(listener, topic(camera))), "no objects")
    destination_update(destination=destination, config={"prefix": "door"})
    wait_until(lambda: not ids(frames(listener, topic(camera))[-1]), "still shown")
    wait_until(lambda: not demanded(camera), "still asked for")

    assert not ids(frames(listener, topic(camera))[-1])


def test_nothing_is_asked_for_or_kept_while_the_broker_is_away(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site, bench: Bench
) -> None:
    """SPEC 15, OUT-4: the worker describes nothing then; afterwards the next frame goes, none of that time."""
    serve(broker)
    camera = two_people(site, bench)
    runtime.start()
    listener.wait(2, topic(camera))
    broker.stop()
    wait_until(lambda: not demanded(camera), "still asked for")
    before = len(frames(listener, topic(camera)))
    broker.start()
    back = listener.wait(before + 2, topic(camera))[before:]

    assert all(one.at_s - at_s(frame(one)) < 2 for one in back)


def test_a_camera_whose_worker_ends_shows_nothing_any_more(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site, bench: Bench
) -> None:
    """WIRE 3, CNT-6: within seconds, though nobody says that it has ended."""
    serve(broker)
    camera = two_people(site, bench)
    runtime.start()
    wait_until(lambda: any(ids(one) for one in frames(listener, topic(camera))), "no objects")
    bench.stopping.set()
    wait_until(lambda: not ids(frames(listener, topic(camera))[-1]), "still shown")


def test_a_key_value_server_that_comes_back_empty_is_asked_again(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site, bench: Bench
) -> None:
    """SPEC 15: demand and connection are found again; frames go on."""
    serve(broker)
    camera = two_people(site, bench)
    runtime.start()
    listener.wait(2, topic(camera))
    client().flushall()
    before = len(frames(listener, topic(camera)))

    assert listener.wait(before + 3, topic(camera))


def two_people(site: Site, bench: Bench) -> Camera:
    """A camera that sees them, ten frames a second, and a destination that is sent five of these."""
    camera: Camera = CameraFactory(site=site)
    publish(site, scenes=True, scenes_per_s=5)
    watch(bench, camera, "2?fps=10")
    return camera


@pytest.fixture
def cluster(valkey: Valkey, tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path, environment(valkey))
    yield cluster
    cluster.stop()


@pytest.mark.slow
def test_a_worker_process_describes_frames_and_encodes_none(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site, cluster: Cluster
) -> None:
    """DEMO-6, OUT-4: processes, queues and leases as they are; another owner of the camera goes on by itself."""
    serve(broker)
    camera = CameraFactory(site=site, url="fake:2?fps=5", occupancy={"areas": [AREA]})
    publish(site, scenes=True, scenes_per_s=5)
    runtime.start()
    cluster.short_tasks()
    cluster.beat()
    first = cluster.camera_worker("first")
    wait_until(lambda: any(ids(one) for one in frames(listener, topic(camera))), "no objects")
    wait_until(lambda: [one.inferences > 0 for one in beats(client())] == [True], "no word of the worker")
    assert [one.jpegs for one in beats(client())] == [0]

    first.kill()
    wait_until(lambda: not ids(frames(listener, topic(camera))[-1]), "still shown")
    cluster.camera_worker("second")
    wait_until(lambda: ids(frames(listener, topic(camera))[-1]), "no objects of the next owner")
