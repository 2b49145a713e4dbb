"""/api/v1/cameras/<id>/metadata/: what a camera sees and tells, as a stream of ONVIF metadata (OUT-4, OCC-28, OCC-29;
WIRE 3).

One `tt:MetadataStream` document behind the other, for as long as somebody reads: frames of the scene, counts and the
state of alarms as events. The pictures come into this process once, however many read or watch (see `hub.py`).
"""

from collections.abc import AsyncIterator
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from cameras.selectors import extension_get
from portal.accounts.models import ApiToken
from portal.dashboard.metadata_facts import Granted, granted
from portal.dashboard.metadata_stream import MetadataStream
from portal.presence import OPEN

METADATA = "application/vnd.onvif.metadata"


class MetadataView(APIView):
    """Takes a reader that understands a stream of documents."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: ARG002
        """Whoever accepts XML gets it, though errors are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(operation_id="cameras_metadata", responses={(200, METADATA): OpenApiTypes.STR})
    def get(self, request: Request, camera_id: int) -> StreamingHttpResponse:
        """Alarms and counts of the areas as property events, and every analysed frame with objects in it, without end.

        Frames are left out while “Add detection frames to stream metadata” is Off on the camera.
        """
        extension_get(user=request.user, camera_id=camera_id)
        token_id = request.auth.pk if isinstance(request.auth, ApiToken) else None
        stream = _documents(camera_id, request.user.get_username(), token_id)
        return StreamingHttpResponse(stream, content_type=METADATA)


async def _documents(camera_id: int, username: str, token_id: int | None) -> AsyncIterator[bytes]:
    async def asked() -> Granted | None:
        return await granted(camera_id, username, token_id)

    if (reader := await asked()) is not None:
        with OPEN.one("metadata"):
            async for document in MetadataStream(reader, asked).documents():
                yield document
