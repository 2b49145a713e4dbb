"""/api/v1/cameras/<id>/extensions/<kind>/…: settings and their versions (API-2, EXT-5)."""

import re
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cameras.extensions.describe import describe
from cameras.extensions.merge import merged
from cameras.models import Extension, SettingsVersion
from cameras.selectors import version_get, version_list
from cameras.services.extension import extension_reset, extension_restore, extension_update
from cameras.services.history import version_diff
from cameras.settings_document import DocumentParser, DocumentRenderer
from cameras.settings_serializers import (
    DifferenceSerializer,
    ExtensionChangeSerializer,
    ExtensionSerializer,
    FullVersionSerializer,
    VersionSerializer,
)
from cameras.settings_view import OfExtension, answer, caller, settings_errors
from portal.common.etag import if_match
from portal.common.parsers import JsonParser
from portal.common.serializers import valid

# As YAML it is a document for people: what can be set, with range and default beside each value.
_ANSWERS = {(200, "application/json"): ExtensionSerializer, (200, "application/yaml"): OpenApiTypes.OBJECT}


class ExtensionView(OfExtension):
    """An extension of a camera: settings, schedule, network; of secrets whether they are set.

    ETag is the version; give it back as If-Match, so that nobody else's change is overwritten. As YAML, every value has
    its range and default beside it, and the document can be sent back.
    """

    renderer_classes = (JSONRenderer, DocumentRenderer)
    parser_classes = (JsonParser, DocumentParser)

    @extend_schema(operation_id="cameras_extension_retrieve", responses=_ANSWERS)
    def get(self, _request: Request, **_address: Any) -> Response:
        return answer(self.seen())

    @extend_schema(operation_id="cameras_extension_replace", request=ExtensionChangeSerializer, responses=_ANSWERS)
    @settings_errors
    @if_match
    def put(self, request: Request, **_address: Any) -> Response:
        """Replace: what `settings` leaves out gets its default."""
        extension = self.own()
        asked = valid(ExtensionChangeSerializer(data=request.data))
        return answer(extension_update(extension=extension, user=caller(request), **asked))

    @extend_schema(
        operation_id="cameras_extension_partial_update",
        request=ExtensionChangeSerializer,
        responses=_ANSWERS,
    )
    @settings_errors
    @if_match
    def patch(self, request: Request, **_address: Any) -> Response:
        """Change a part: objects are merged, areas by their number, destinations by their place; zones and bands are
        replaced as a whole."""
        extension = self.own()
        asked = valid(ExtensionChangeSerializer(data=request.data))
        if isinstance(asked.get("settings"), dict):
            asked["settings"] = merged(extension.whole().to_json(), asked["settings"], extension.settings_class)
        return answer(extension_update(extension=extension, user=caller(request), **asked))


class DescribeView(OfExtension):
    """Every setting with label, help, unit, range, default and messages: what the form is made from."""

    @extend_schema(operation_id="cameras_extension_describe", responses=OpenApiTypes.OBJECT)
    def get(self, _request: Request, **_address: Any) -> Response:
        return Response(describe(self.seen().settings_class, translate=_))


class ResetView(OfExtension):
    """EXT-6."""

    @extend_schema(operation_id="cameras_extension_reset", request=None, responses=ExtensionSerializer)
    def post(self, request: Request, **_address: Any) -> Response:
        """All tabs as from the factory; schedule, zones and MQTT server stay."""
        return answer(extension_reset(extension=self.own(), user=caller(request)))


class VersionListView(OfExtension, generics.GenericAPIView):
    """The versions of the settings, newest first."""

    queryset = SettingsVersion.objects.none()  # for the schema
    serializer_class = VersionSerializer
    cursor_fields = ("-number",)

    @extend_schema(operation_id="cameras_extension_versions_list", responses=VersionSerializer(many=True))
    def get(self, _request: Request, **_address: Any) -> Response:
        rows = self.paginate_queryset(version_list(extension=self.seen()))
        return self.get_paginated_response(VersionSerializer(rows, many=True).data)


class VersionView(OfExtension):
    @extend_schema(operation_id="cameras_extension_versions_retrieve", responses=FullVersionSerializer)
    def get(self, _request: Request, number: int, **_address: Any) -> Response:
        """One version, with its settings and schedule."""
        return Response(FullVersionSerializer(version_get(extension=self.seen(), number=number)).data)


class CompareView(OfExtension):
    @extend_schema(
        operation_id="cameras_extension_versions_compare",
        parameters=[OpenApiParameter("with", int, description="Another version; left out: the settings of now.")],
        responses=DifferenceSerializer(many=True),
    )
    def get(self, request: Request, number: int, **_address: Any) -> Response:
        """What is different in the other version."""
        extension = self.seen()
        before = version_get(extension=extension, number=number)
        return Response(DifferenceSerializer(version_diff(before, _other(request, extension)), many=True).data)


class RestoreView(OfExtension):
    @extend_schema(operation_id="cameras_extension_versions_restore", request=None, responses=ExtensionSerializer)
    @settings_errors
    def post(self, request: Request, number: int, **_address: Any) -> Response:
        """Bring settings and schedule of a version back, as a new version."""
        extension = self.own()
        version_get(extension=extension, number=number)
        return answer(extension_restore(extension=extension, number=number, user=caller(request)))


def _other(request: Request, extension: Extension) -> SettingsVersion:
    """The version of `?with=`, or what holds now."""
    text = request.query_params.get("with")
    if text is None:
        return SettingsVersion(extension=extension, settings=extension.settings, schedule=extension.schedule)
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValidationError({"with": [_("Must be the number of a version.")]})
    return version_get(extension=extension, number=int(text))
