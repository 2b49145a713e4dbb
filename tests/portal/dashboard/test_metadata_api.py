"""The stream of ONVIF metadata, from the worker's message to a program that reads it (OUT-4, OCC-29; WIRE 3)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.test import AsyncClient
from django.utils import timezone

from analytics.news import NOTIFIED
from analytics.workers.sight import pack_message
from cameras.models import Camera, Membership, Site
from cameras.services.move import cameras_move
from notifications.protocols import onvif_event_xml, onvif_xml
from notifications.protocols.onvif_event import ALARM_TOPIC, COUNT_TOPIC, OnvifEvent
from notifications.protocols.scene import SceneFrame
from notifications.scene_frame import MOST_OBJECTS, scene_frames
from portal.accounts.models import ApiToken, User
from portal.accounts.services import token_create
from portal.asgi import application
from portal.dashboard import metadata_stream
from portal.dashboard.hub import live_hub
from tests.factories import AlarmFactory, CameraFactory, SiteFactory
from tests.notifications.outbox import end, write
from tests.notifications.outputs import see
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT_S = 20  # only ends a hang
AT = 1_777_604_645.25


@pytest.fixture(autouse=True)
async def _end_hub() -> AsyncIterator[None]:
    yield
    await live_hub().close()


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site)


@pytest.fixture
def text(colleague: User) -> str:
    """A token for reading."""
    return token_create(user=colleague, name="vms", scope="read")[1]


def square(site: Site, **settings: Any) -> Camera:
    """A camera with the area Lobby."""
    polygon = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
    area = {"number": 1, "name": "Lobby", "polygon": polygon, "status": True}
    return CameraFactory(site=site, occupancy={"areas": [area], **settings})


def switch(camera: Camera, **settings: Any) -> None:
    extension = camera.extensions.get()
    extension.settings |= settings
    extension.save()


def box(number: int | None, score: int = 99, kind: str = "human") -> dict[str, Any]:
    return {"id": number, "kind": kind, "box": [0.25, 0.5, 0.5, 1.0], "score": score}


def picture(*boxes: dict[str, Any], at: float = AT) -> bytes:
    """As a worker publishes it."""
    return pack_message({"frame": 1, "at": at, "boxes": list(boxes)}, b"jpeg")


class Reader:
    """A program that reads the stream of a camera. valkey: where pictures are published.    frames: it gets some."""

    def __init__(self, camera: Camera, text: str, valkey: Valkey, *, frames: bool = True) -> None:
        self._camera, self._text, self._valkey, self._frames = camera, text, valkey, frames
        self._decoder = onvif_xml.decoder()

    async def __aenter__(self) -> "Reader":
        headers = {"Authorization": f"Bearer {self._text}", "Accept": "application/xml"}
        self.answer = await AsyncClient().get(f"/api/v1/cameras/{self._camera.pk}/metadata/", headers=headers)
        self._pieces = aiter(self.answer.streaming_content)
        self._next = asyncio.ensure_future(anext(self._pieces, b""))
        await watched(self._camera, self._valkey, int(self._frames))
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._next.cancel()
        await asyncio.wait([self._next])
        await self._pieces.aclose()

    async def piece(self) -> bytes:
        """The next bytes; nothing at the end."""
        async with asyncio.timeout(LIMIT_S):
            piece = await self._next
        self._next = asyncio.ensure_future(anext(self._pieces, b""))
        return piece

    async def frames(self) -> list[SceneFrame]:
        """The next ones; events before them are passed over."""
        found: list[SceneFrame] = []
        while not found:
            found = [frame for root in self._decoder.feed(await self.piece()) for frame in onvif_xml.frames(root)]
        return found

    async def events(self, count: int) -> list[tuple[OnvifEvent, str]]:
        """The next events, as soon as there are so many."""
        found: list[tuple[OnvifEvent, str]] = []
        while len(found) < count:
            found += [one for root in self._decoder.feed(await self.piece()) for one in onvif_event_xml.events(root)]
        return found

    async def show(self, message: bytes) -> None:
        """The worker has a new picture."""
        await sync_to_async(self._publish)(message)

    def _publish(self, message: bytes) -> None:
        with self._valkey.client() as client:
            client.publish(f"n:{self._camera.pk}", message)


async def watched(camera: Camera, valkey: Valkey, wanted: int) -> None:
    """When this process has subscribed to the camera's pictures (1), or not any more (0)."""

    def watchers() -> int:
        with valkey.client() as client:
            return client.pubsub_numsub(f"n:{camera.pk}")[0][1]

    async with asyncio.timeout(LIMIT_S):
        while await sync_to_async(watchers)() != wanted:
            await asyncio.sleep(0.01)


async def test_frames_are_streamed_as_they_are_analysed(camera: Camera, text: str, valkey: Valkey) -> None:
    """OUT-4: class, box in ONVIF's coordinates, score; what was only detected is no object."""
    async with Reader(camera, text, valkey) as reader:
        await reader.show(picture(box(31), box(None), box(32, 33, "vehicle")))
        (frame,) = await reader.frames()

    assert reader.answer.headers["Content-Type"] == "application/vnd.onvif.metadata"
    assert (frame.at.timestamp(), frame.source) == (AT, "OccupancyDetection")
    assert [(one.id, one.kind, one.score) for one in frame.objects] == [(31, "human", 1.0), (32, "vehicle", 0.33)]
    assert frame.objects[0].xyxy == (0.25, 0.5, 0.5, 1.0)


async def test_one_empty_frame_comes_behind_the_last_object(camera: Camera, text: str, valkey: Valkey) -> None:
    """WIRE 3: then nothing until somebody is seen again."""
    async with Reader(camera, text, valkey) as reader:
        counts = []
        for boxes in ([box(1)], []):
            await reader.show(picture(*boxes))
            counts += [len(frame.objects) for frame in await reader.frames()]
        await reader.show(picture())
        await reader.show(picture(box(2)))
        counts += [len(frame.objects) for frame in await reader.frames()]

    assert counts == [1, 0, 1]


async def test_alarms_are_properties_told_as_they_are_and_as_they_change(
    site: Site, text: str, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OUT-4, WIRE 3: the state at the beginning, then start and end, beside the frames; no other camera's."""
    monkeypatch.setattr(metadata_stream, "RECHECK_S", 60.0)
    camera, other = await sync_to_async(square)(site), await sync_to_async(square)(site)
    async with Reader(camera, text, valkey) as reader:
        quiet = await reader.events(1)
        alarm = await sync_to_async(AlarmFactory)(camera=camera)
        await sync_to_async(write)(await sync_to_async(AlarmFactory)(camera=other), NOTIFIED)
        await sync_to_async(write)(alarm, NOTIFIED)
        started = await reader.events(1)
        await reader.show(picture(box(31)))
        (frame,) = await reader.frames()
        await sync_to_async(end)(alarm)
        ended = await reader.events(1)

    told = [(event.topic, event.data["State"], operation) for event, operation in (*quiet, *started, *ended)]
    states = [("false", "Initialized"), ("true", "Changed"), ("false", "Changed")]
    assert told == [(ALARM_TOPIC, *one) for one in states]
    assert {event.source["VideoSource"] for event, _ in (*started, *ended)} == {f"cam-{camera.pk:04d}"}
    assert (started[0][0].data["Count"], started[0][0].data["Threshold"]) == ("12", "10")
    assert len(frame.objects) == 1


async def test_a_reader_who_comes_late_is_told_what_goes_on(site: Site, text: str, valkey: Valkey) -> None:
    """WIRE 3: an alarm of before, and the one of the minimum beside it."""
    camera = await sync_to_async(square)(site)
    await sync_to_async(AlarmFactory)(camera=camera)
    await sync_to_async(AlarmFactory)(camera=camera, cause="minimum", count=1, threshold=2)
    async with Reader(camera, text, valkey) as reader:
        told = await reader.events(2)

    assert [(event.source["Rule"], event.data["State"], operation) for event, operation in told] == [
        ("Area1", "true", "Initialized"),
        ("Area1Below", "true", "Initialized"),
    ]


async def test_counts_are_told_at_their_interval(site: Site, text: str, valkey: Valkey) -> None:
    """OCC-28: changed or not; of areas that are On."""
    camera = await sync_to_async(square)(site)
    await sync_to_async(see)(camera, 4)
    async with Reader(camera, text, valkey) as reader:
        alarm, count = await reader.events(2)

    assert (alarm[0].topic, count[0].topic, count[1]) == (ALARM_TOPIC, COUNT_TOPIC, "Initialized")
    assert count[0].data["Count"] == "4"


def test_what_does_not_fit_is_left_out_and_told() -> None:
    """OCC-29: the least sure ones."""
    (frame,) = scene_frames(picture(*(box(number, score=number % 99) for number in range(MOST_OBJECTS + 7))))

    assert (len(frame.objects), frame.left_out) == (MOST_OBJECTS, 7)
    assert min(one.score for one in frame.objects) >= 3 / 99


@pytest.mark.parametrize("ended", ["membership", "account", "revoked_at", "expires_at", "moved"])
async def test_the_stream_ends_with_the_right_to_it(
    camera: Camera, text: str, valkey: Valkey, monkeypatch: pytest.MonkeyPatch, ended: str
) -> None:
    """SEC-1: within a minute, for streams that are open; a quiet camera's connection is kept with blank lines."""
    monkeypatch.setattr(metadata_stream, "RECHECK_S", 0.05)
    async with Reader(camera, text, valkey) as reader:
        while await reader.piece() != b"\n":
            pass
        await sync_to_async(take_away)(ended, camera)
        while await reader.piece():
            pass


def take_away(what: str, camera: Camera) -> None:
    """The reader's right, or what it is to."""
    now = timezone.now()
    if what == "membership":
        Membership.objects.filter(user__username="colleague").delete()
    elif what == "account":
        User.objects.filter(username="colleague").update(is_active=False)
    elif what == "moved":
        cameras_move(cameras=[camera], site=SiteFactory())
    else:
        ApiToken.objects.update(**{what: now})


async def test_nobody_pays_for_a_stream_that_was_left(camera: Camera, text: str, valkey: Valkey) -> None:
    """DEMO-6: whoever goes away leaves the hub, too; as the web server tells it."""
    scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": f"/api/v1/cameras/{camera.pk}/metadata/"}
    headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {text}".encode())]
    program = ApplicationCommunicator(application, {**scope, "query_string": b"", "headers": headers})
    await program.send_input({"type": "http.request", "body": b"", "more_body": False})
    begun = await program.receive_output(LIMIT_S)
    await watched(camera, valkey, 1)
    await program.send_input({"type": "http.disconnect"})
    await program.wait(LIMIT_S)

    assert begun["status"] == 200
    await watched(camera, valkey, 0)


async def test_a_camera_that_gives_no_boxes_away_tells_the_rest(
    site: Site, text: str, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OCC-29: no frame, and no picture is asked for; when the switch is On again, frames come."""
    monkeypatch.setattr(metadata_stream, "RECHECK_S", 0.05)
    camera = await sync_to_async(square)(site, metadata_boxes=False)
    async with Reader(camera, text, valkey, frames=False) as reader:
        first = await reader.events(1)
        await watched(camera, valkey, 0)
        await sync_to_async(switch)(camera, metadata_boxes=True)
        await reader.piece()  # the blank line of the turn that began before
        await watched(camera, valkey, 1)

    assert first[0][0].topic == ALARM_TOPIC


def test_a_stranger_finds_nothing(camera: Camera, stranger: User, api) -> None:
    """SEC-1."""
    assert api(stranger, "configure").get(f"/api/v1/cameras/{camera.pk}/metadata/").status_code == 404
    assert api().get(f"/api/v1/cameras/{camera.pk}/metadata/").status_code == 401
