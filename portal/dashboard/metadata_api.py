"""/api/v1/cameras/<id>/metadata/: what a camera sees, as a stream of ONVIF metadata (OUT-4, OCC-29; WIRE 3).

One `tt:MetadataStream` document behind the other, for as long as somebody reads: each analysed frame with objects, and
one empty frame behind the last object. Who reads slowly gets fewer frames, never old ones; the pictures come into this
process once, however many read or watch (see `hub.py`).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connection
from django.db.models import Q
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from cameras.selectors import camera_list, extension_get
from notifications.protocols.onvif_xml import encode
from notifications.protocols.scene import SceneFeed
from notifications.scene_frame import scene_frame
from portal.accounts.models import ApiToken, User
from portal.common.errors import ConflictError
from portal.dashboard.hub import live_hub
from portal.dashboard.viewer import Viewer

METADATA = "application/vnd.onvif.metadata"
RECHECK_S = 15.0
"""So often the reader's rights are asked for again, and a blank line keeps the connection of a quiet camera open."""


class BoxesOffError(ConflictError):
    """The camera's settings give no detection frames away (OCC-29)."""

    code = "boxes_off"


class MetadataView(APIView):
    """Takes a reader that understands a stream of documents."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: ARG002
        """Whoever accepts XML gets it, though errors are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(operation_id="cameras_metadata", responses={(200, METADATA): OpenApiTypes.STR})
    def get(self, request: Request, camera_id: int) -> StreamingHttpResponse:
        """Frames as they are analysed, without end. 409 (`boxes_off`) while “Add detection frames to stream metadata”
        is Off on the camera."""
        extension = extension_get(user=request.user, camera_id=camera_id)
        if not extension.occupancy().metadata_boxes:
            raise BoxesOffError(_("“Add detection frames to stream metadata” is Off on this camera."))
        token_id = request.auth.pk if isinstance(request.auth, ApiToken) else None
        username = request.user.get_username()

        async def allowed() -> bool:
            return await sync_to_async(_asked)(camera_id, username, token_id)

        return StreamingHttpResponse(documents(camera_id, allowed), content_type=METADATA)


async def documents(camera_id: int, allowed: Callable[[], Awaitable[bool]]) -> AsyncIterator[bytes]:
    """Of one camera, until `allowed` says no, or nobody reads any more."""
    viewer, feed, hub = Viewer(camera_id), SceneFeed(0), live_hub()
    hub.join(viewer)
    try:
        while await allowed():
            async for message in _until(viewer, asyncio.get_running_loop().time() + RECHECK_S):
                frame = scene_frame(message)
                if feed.wants(frame, round(frame.at.timestamp() * 1000)):
                    yield encode(frame)
            yield b"\n"
    finally:
        hub.leave(viewer)


def may_read(camera_id: int, username: str, token_id: int | None) -> bool:
    """Whether user and token may still see the camera, with the boxes that it gives away."""
    valid = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    if token_id is not None and not ApiToken.objects.filter(valid, pk=token_id, revoked_at=None).exists():
        return False
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        return False
    cameras = camera_list(user=user).filter(extensions__settings__metadata_boxes=True)
    return cameras.filter(pk=camera_id).exists()


def _asked(camera_id: int, username: str, token_id: int | None) -> bool:
    """`may_read` for a stream, which must not keep a connection to the database for as long as it lasts."""
    try:
        return may_read(camera_id, username, token_id)
    finally:
        connection.close()


async def _until(viewer: Viewer, at: float) -> AsyncIterator[bytes]:
    """The newest messages, up to the instant `at` of the loop's clock."""
    try:
        while True:
            async with asyncio.timeout_at(at):
                message = await viewer.next()
            yield message
    except TimeoutError:
        return
