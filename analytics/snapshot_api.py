"""/api/v1/cameras/<id>/snapshot/, /api/v1/alarms/<id>/snapshot/: pictures for programs (API-3)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from redis.exceptions import RedisError
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.selectors import alarm_snapshot_get
from analytics.still import still_of
from cameras.selectors import camera_get
from portal.common.errors import ConflictError
from portal.common.ranged import ranged_response

JPEG = "image/jpeg"


class NoPictureError(ConflictError):
    """The camera shows nothing at this moment: it is off, outside its schedule, without signal or without a worker."""

    code = "no_picture"


class KeyValueAwayError(APIException):
    """Without its key-value server the portal has no live picture."""

    status_code = 503
    default_code = "unavailable"


class PictureView(APIView):
    """Takes a reader of pictures."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: ARG002
        """Whoever accepts JPEG gets it, though errors are JSON."""
        return super().perform_content_negotiation(request, force=True)


class CameraSnapshotView(PictureView):
    @extend_schema(operation_id="cameras_snapshot", responses={(200, JPEG): OpenApiTypes.BINARY, 409: None})
    def get(self, request: Request, camera_id: int) -> HttpResponse:
        """The camera's next picture, privacy zones painted; `Last-Modified` is when it was taken. Takes up to 2 s.

        409 with the code `no_picture` while the camera shows nothing.
        """
        camera = camera_get(user=request.user, camera_id=camera_id)
        try:
            still = still_of(camera)
        except RedisError as exc:
            raise KeyValueAwayError(_("The key-value server does not answer.")) from exc
        if still is None:
            raise NoPictureError(_("“%(name)s” shows no picture at this moment.") % {"name": camera.name})
        taken = datetime.fromtimestamp(still.header["at"], UTC)
        headers = {"Cache-Control": "no-store", "Last-Modified": http_date(taken.timestamp())}
        return HttpResponse(still.jpeg, content_type=JPEG, headers=headers)


class AlarmSnapshotView(PictureView):
    @extend_schema(operation_id="alarms_snapshot", responses={(200, JPEG): OpenApiTypes.BINARY})
    def get(self, request: Request, alarm_id: UUID) -> HttpResponse:
        """The picture of the alarm's moment. 404 where none is kept, or not any more."""
        return ranged_response(request, alarm_snapshot_get(user=request.user, alarm_id=alarm_id), content_type=JPEG)
