"""/api/v1/profiles/ and …/copy/: tabs of one camera under a name, and put on others (EXT-5)."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.models import Extension, Profile, Role
from cameras.selectors import extension_get, extension_list, profile_get, profile_list, role_require
from cameras.services.profile import (
    Part,
    part_apply,
    part_of_extension,
    part_of_profile,
    part_preview,
    profile_create,
    profile_delete,
)
from cameras.settings_serializers import (
    CameraCopySerializer,
    CopyResultsSerializer,
    CopySerializer,
    NewProfileSerializer,
    ProfileSerializer,
)
from cameras.settings_view import OfExtension, caller, settings_errors
from portal.common.etag import Conditional, etag_of, if_match
from portal.common.filters import IdFilter
from portal.common.serializers import valid

PROFILE = ("site", "name", "kind", "tabs", "settings", "made_at")


class CopyView(OfExtension):
    @extend_schema(operation_id="cameras_extension_copy", request=CameraCopySerializer, responses=CopyResultsSerializer)
    @settings_errors
    def post(self, request: Request, **_address: Any) -> Response:
        """Put tabs of this camera on others. Every camera for itself: one that fails stops no other."""
        extension = self.seen()
        asked = valid(CameraCopySerializer(data=request.data))
        part = part_of_extension(extension=extension, tabs=asked["tabs"])
        return _copied(request, part, asked)


class ProfileFilter(django_filters.FilterSet):
    site = IdFilter()
    kind = django_filters.ChoiceFilter(choices=Extension.Kind.choices)


class ProfileListView(generics.GenericAPIView):
    """Profiles of the caller's sites."""

    queryset = Profile.objects.none()  # for the schema
    serializer_class = ProfileSerializer
    filterset_class = ProfileFilter
    orders = {"id": ("id",), "name": ("name", "id")}

    @extend_schema(operation_id="profiles_list", responses=ProfileSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(profile_list(user=request.user)))
        return self.get_paginated_response(ProfileSerializer(rows, many=True).data)

    @extend_schema(operation_id="profiles_create", request=NewProfileSerializer, responses={201: ProfileSerializer})
    @settings_errors
    def post(self, request: Request) -> Response:
        """Keep tabs of a camera under a name, for its site."""
        asked = valid(NewProfileSerializer(data=request.data))
        extension = extension_get(user=request.user, camera_id=asked["camera"], kind=asked["extension"])
        role_require(request.user, extension.camera.site_id, Role.ADMINISTRATOR)
        profile = profile_create(extension=extension, name=asked["name"], tabs=asked["tabs"], user=caller(request))
        headers = {"ETag": etag_of(profile, PROFILE)}
        return Response(ProfileSerializer(profile).data, status=201, headers=headers)


class ProfileView(Conditional, APIView):
    """A profile of the caller's sites."""

    etag_fields = PROFILE

    def etag_row(self) -> Profile:
        return profile_get(user=self.request.user, profile_id=self.kwargs["profile_id"])

    @extend_schema(operation_id="profiles_retrieve", responses=ProfileSerializer)
    def get(self, _request: Request, **_address: Any) -> Response:
        """One profile."""
        profile = self.etag_row()
        return self.tagged(ProfileSerializer(profile).data, profile)

    @extend_schema(operation_id="profiles_destroy", responses={204: None})
    @if_match
    def delete(self, request: Request, **_address: Any) -> Response:
        """Remove it; cameras that it was put on keep their settings."""
        profile = self.etag_row()
        role_require(request.user, profile.site_id, Role.ADMINISTRATOR)
        profile_delete(profile=profile)
        return Response(status=204)


class ProfileApplyView(APIView):
    @extend_schema(operation_id="profiles_apply", request=CopySerializer, responses=CopyResultsSerializer)
    @settings_errors
    def post(self, request: Request, profile_id: int) -> Response:
        """Put it on cameras. Every camera for itself: one that fails stops no other."""
        profile = profile_get(user=request.user, profile_id=profile_id)
        asked = valid(CopySerializer(data=request.data))
        return _copied(request, part_of_profile(profile=profile, tabs=asked.get("tabs")), asked)


def _copied(request: Request, part: Part, asked: dict[str, Any]) -> Response:
    targets = _targets(request, asked["to"], part.kind)
    previews = part_preview(part=part, to=targets)
    outcomes = {} if asked["preview"] else _outcomes(request, part, targets)
    results = [
        {
            "camera": one.extension.camera_id,
            "applied": outcomes.get(one.extension.camera_id) == [],
            "differences": one.differences,
            "warning": one.warning,
            "problems": outcomes.get(one.extension.camera_id, []),
        }
        for one in previews
    ]
    return Response(CopyResultsSerializer({"results": results}).data)


def _outcomes(request: Request, part: Part, targets: Sequence[Extension]) -> dict[int, list[dict[str, str]]]:
    """Camera id -> what was refused; an empty list is a success."""
    outcomes = part_apply(part=part, to=targets, user=caller(request))
    return {
        one.extension.camera_id: [
            {"path": problem.path, "detail": problem.translated(_)}
            for problem in (one.error.problems if one.error else ())
        ]
        for one in outcomes
    }


def _targets(request: Request, ids: Sequence[int], kind: str) -> Sequence[Extension]:
    """The cameras to change, by id. Raises ValidationError for those that the caller does not administer."""
    administered: QuerySet[Extension] = extension_list(user=request.user, kind=kind, least=Role.ADMINISTRATOR)
    found = list(administered.filter(camera__in=ids).order_by("camera_id"))
    if missing := sorted(set(ids) - {one.camera_id for one in found}):
        text = _("Not a camera with this extension that you administer: %(ids)s.")
        raise ValidationError({"to": [text % {"ids": ", ".join(map(str, missing))}]})
    return found
