"""Faces in the stream of ONVIF metadata (OUT-4; WIRE 3)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from analytics.workers.sight import pack_message
from cameras.models import Camera, Site
from notifications.protocols.scene import SceneFrame
from notifications.services.facts import face_of
from portal.accounts.models import User
from portal.accounts.services import token_create
from portal.dashboard.hub import live_hub
from tests.factories import AlarmFactory, CameraFactory
from tests.portal.dashboard.test_metadata_api import AT, Reader, box
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def _end_hub() -> AsyncIterator[None]:
    yield
    await live_hub().close()


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, nonmask={})


@pytest.fixture
def text(colleague: User) -> str:
    return token_create(user=colleague, name="vms", scope="read")[1]


def face(number: int, verdict: str) -> dict[str, Any]:
    return {"id": number, "box": [0.25, 0.5, 0.5, 1.0], "score": 99, "verdict": verdict}


def picture(*faces: dict[str, Any]) -> bytes:
    """With one person, as the worker of both extensions publishes it."""
    return pack_message({"frame": 1, "at": AT, "boxes": [box(7)], "faces": list(faces), "mask": {}}, b"jpeg")


async def scenes(reader: Reader, count: int) -> list[SceneFrame]:
    found: list[SceneFrame] = []
    while len(found) < count:
        found += await reader.frames()
    return found


async def test_objects_and_faces_of_one_picture_are_frames_of_their_own(
    camera: Camera, text: str, valkey: Valkey
) -> None:
    """WIRE 3: by the module that found them; a face that is not judged has nothing to tell of a mask."""
    async with Reader(camera, text, valkey) as reader:
        await reader.show(picture(face(1, "no_mask"), face(2, "mask"), face(3, "not_judged")))
        people, faces = await scenes(reader, 2)

    assert (people.source, faces.source) == ("OccupancyDetection", "NonMaskDetection")
    assert people.at == faces.at
    assert [one.id for one in people.objects] == [7]
    assert [(one.id, one.kind, one.mask) for one in faces.objects] == [
        (1, "face", False),
        (2, "face", True),
        (3, "face", None),
    ]


async def test_each_module_has_its_own_empty_frame(camera: Camera, text: str, valkey: Valkey) -> None:
    """WIRE 3: behind the last face, while people are still seen."""
    async with Reader(camera, text, valkey) as reader:
        seen = []
        for faces in ([face(1, "mask")], []):
            await reader.show(picture(*faces))
            seen += [(frame.source, len(frame.objects)) for frame in await scenes(reader, 2)]

    assert seen == [
        ("OccupancyDetection", 1),
        ("NonMaskDetection", 1),
        ("OccupancyDetection", 1),
        ("NonMaskDetection", 0),
    ]


async def test_the_event_of_an_alarm_shows_its_own_face(camera: Camera) -> None:
    """WIRE 3, MASK-7: each non-wearer has an alarm, and each alarm one face."""
    facts = {"extension": "nonmask", "area_number": 0, "area_name": "", "cause": "no_mask", "face": 31}
    overlay = {"faces": [face(31, "no_mask"), face(32, "no_mask")]}
    alarm = await sync_to_async(AlarmFactory)(camera=camera, overlay=overlay, **facts)
    lobby = await sync_to_async(AlarmFactory)(camera=camera, overlay=overlay)

    assert [(one.track, one.score, one.mask) for one in face_of(alarm)] == [(31, 1.0, False)]
    assert face_of(lobby) == ()
