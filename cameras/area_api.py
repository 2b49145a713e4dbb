"""Areas, zones and the schedule of a camera, each at an address of its own (API-1, API-2).

They are parts of settings that have one version: it is the ETag of each of them.
"""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.extensions.merge import merged
from cameras.models import Camera, Extension, Role
from cameras.openapi import AREA, IGNORE_ZONES, PRIVACY_ZONES, SCHEDULE
from cameras.selectors import camera_get, role_require
from cameras.services.camera import camera_update
from cameras.services.extension import extension_update
from cameras.settings_view import OfExtension, caller, settings_errors
from portal.common.etag import Conditional, if_match

JSON = "application/json"


class AreaListView(OfExtension):
    @extend_schema(
        operation_id="cameras_extension_areas_list", responses={(200, JSON): {"type": "array", "items": AREA}}
    )
    def get(self, _request: Request, **_address: Any) -> Response:
        """The areas of a camera, by their numbers."""
        extension = self.seen()
        return self.tagged(_areas(extension), extension)


class AreaView(OfExtension):
    """One area. Mistakes are named by their place in the settings, as in areas[0].time_s."""

    @extend_schema(operation_id="cameras_extension_areas_retrieve", responses={(200, JSON): AREA})
    def get(self, _request: Request, number: int, **_address: Any) -> Response:
        extension = self.seen()
        return self.tagged(_area(extension, number), extension)

    @extend_schema(operation_id="cameras_extension_areas_replace", request={JSON: AREA}, responses={(200, JSON): AREA})
    @settings_errors
    @if_match
    def put(self, request: Request, number: int, **_address: Any) -> Response:
        """Add the area of this number, or replace it: what is left out gets its default."""
        extension = self.own()
        others = [one for one in _areas(extension) if one["number"] != number]
        areas = sorted([*others, {**_object(request.data), "number": number}], key=lambda one: one["number"])
        return self._saved(request, extension, areas, number)

    @extend_schema(operation_id="cameras_extension_areas_change", request={JSON: AREA}, responses={(200, JSON): AREA})
    @settings_errors
    @if_match
    def patch(self, request: Request, number: int, **_address: Any) -> Response:
        """Change a part of it."""
        extension = self.own()
        _area(extension, number)
        part = {"areas": [{**_object(request.data), "number": number}]}
        settings = merged(extension.whole().to_json(), part, extension.settings_class)
        return self._saved(request, extension, settings["areas"], number)

    @extend_schema(operation_id="cameras_extension_areas_remove", responses={204: None})
    @settings_errors
    @if_match
    def delete(self, request: Request, number: int, **_address: Any) -> Response:
        """Remove it; its counts and alarms stay."""
        extension = self.own()
        _area(extension, number)
        _save(request, extension, areas=[one for one in _areas(extension) if one["number"] != number])
        return Response(status=204)

    def _saved(self, request: Request, extension: Extension, areas: list[Any], number: int) -> Response:
        saved = _save(request, extension, areas=areas)
        return self.tagged(_area(saved, number), saved)


class IgnoreZonesView(OfExtension):
    """Polygons in which nothing is detected."""

    @extend_schema(operation_id="cameras_extension_ignore_zones", responses={(200, JSON): IGNORE_ZONES})
    def get(self, _request: Request, **_address: Any) -> Response:
        """The ignore zones, in their order."""
        return self._answer(self.seen())

    @extend_schema(
        operation_id="cameras_extension_ignore_zones_replace",
        request={JSON: IGNORE_ZONES},
        responses={(200, JSON): IGNORE_ZONES},
    )
    @settings_errors
    @if_match
    def put(self, request: Request, **_address: Any) -> Response:
        """Replace them all."""
        return self._answer(_save(request, self.own(), ignore_zones=request.data))

    def _answer(self, extension: Extension) -> Response:
        return self.tagged(extension.whole().to_json()["ignore_zones"], extension)


class ScheduleView(OfExtension):
    """When the extension runs, in the time zone of the site (EXT-4)."""

    @extend_schema(operation_id="cameras_extension_schedule", responses={(200, JSON): SCHEDULE})
    def get(self, _request: Request, **_address: Any) -> Response:
        """The operation schedule."""
        extension = self.seen()
        return self.tagged(extension.schedule, extension)

    @extend_schema(
        operation_id="cameras_extension_schedule_replace", request={JSON: SCHEDULE}, responses={(200, JSON): SCHEDULE}
    )
    @settings_errors
    @if_match
    def put(self, request: Request, **_address: Any) -> Response:
        """Replace it as a whole."""
        extension = self.own()
        saved = extension_update(extension=extension, user=caller(request), schedule=_object(request.data))
        return self.tagged(saved.schedule, saved)


class PrivacyZonesView(Conditional, APIView):
    """Polygons that are painted over before anything else happens to a picture (CAM-5). The ETag is the camera's."""

    def etag_row(self) -> Camera:
        return camera_get(user=self.request.user, camera_id=self.kwargs["camera_id"])

    @extend_schema(operation_id="cameras_privacy_zones", responses={(200, JSON): PRIVACY_ZONES})
    def get(self, _request: Request, **_address: Any) -> Response:
        """The privacy zones, in their order."""
        camera = self.etag_row()
        return self.tagged(camera.privacy_zones, camera)

    @extend_schema(
        operation_id="cameras_privacy_zones_replace",
        request={JSON: PRIVACY_ZONES},
        responses={(200, JSON): PRIVACY_ZONES},
    )
    @if_match
    def put(self, request: Request, **_address: Any) -> Response:
        """Replace them all. Takes the role administrator on the site."""
        camera = self.etag_row()
        role_require(request.user, camera.site_id, Role.ADMINISTRATOR)
        saved = camera_update(camera=camera, user=caller(request), privacy_zones=request.data)
        return self.tagged(saved.privacy_zones, saved)


def _areas(extension: Extension) -> list[dict[str, Any]]:
    return list(extension.whole().to_json()["areas"])


def _area(extension: Extension, number: int) -> dict[str, Any]:
    """Raises Http404."""
    found = next((one for one in _areas(extension) if one["number"] == number), None)
    if found is None:
        raise Http404(_("There is no such area."))
    return found


def _save(request: Request, extension: Extension, **parts: Any) -> Extension:
    settings = {**extension.whole().to_json(), **parts}
    return extension_update(extension=extension, user=caller(request), settings=settings)


def _object(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ValidationError([_("An object is expected.")])
    return dict(data)
