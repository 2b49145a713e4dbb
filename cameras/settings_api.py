"""/api/v1/cameras/<id>/extensions/<kind>/…: settings, their versions, and copies to other cameras (API-2, EXT-5)."""

import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.extensions.describe import describe
from cameras.extensions.merge import merged
from cameras.extensions.problems import Problem, SettingsError
from cameras.models import Extension, Profile, Role, SettingsVersion
from cameras.selectors import (
    extension_get,
    extension_list,
    profile_get,
    profile_list,
    role_require,
    version_get,
    version_list,
)
from cameras.services.extension import (
    VersionConflictError,
    extension_reset,
    extension_restore,
    extension_update,
)
from cameras.services.history import version_diff
from cameras.services.profile import (
    Part,
    part_apply,
    part_of_extension,
    part_of_profile,
    part_preview,
    profile_create,
    profile_delete,
)
from cameras.settings_document import DocumentParser, DocumentRenderer
from cameras.settings_serializers import (
    CameraCopySerializer,
    CopyResultsSerializer,
    CopySerializer,
    DifferenceSerializer,
    ExtensionChangeSerializer,
    ExtensionSerializer,
    FullVersionSerializer,
    NewProfileSerializer,
    ProfileSerializer,
    VersionSerializer,
)
from portal.accounts.models import User

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag that the change was made from; 412 when it is old."
)
Handler = Callable[..., Response]


class PreconditionFailedError(APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "version_conflict"


def settings_errors(handler: Handler) -> Handler:
    """Answer refused settings as problem details, with the sentences of the form."""

    @wraps(handler)
    def handle(*args: Any, **kwargs: Any) -> Response:
        try:
            return handler(*args, **kwargs)
        except SettingsError as refused:
            raise ValidationError(_by_path(refused.problems)) from refused

    return handle


def _by_path(problems: Sequence[Problem]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.path or "non_field_errors", []).append(problem.translated(_))
    return found


class ExtensionView(APIView):
    """An extension of a camera: settings, schedule, network; of secrets whether they are set.

    ETag is the version; give it back as If-Match, so that nobody else's change is overwritten. As YAML, every value has
    its range and default beside it, and the document can be sent back.
    """

    renderer_classes = (JSONRenderer, DocumentRenderer)
    parser_classes = (JSONParser, DocumentParser)

    @extend_schema(operation_id="cameras_extension_retrieve", responses=ExtensionSerializer)
    def get(self, request: Request, camera_id: int, kind: str) -> Response:
        return answer(_extension(request, camera_id, kind))

    @extend_schema(
        operation_id="cameras_extension_replace",
        parameters=[IF_MATCH],
        request=ExtensionChangeSerializer,
        responses=ExtensionSerializer,
    )
    @settings_errors
    def put(self, request: Request, camera_id: int, kind: str) -> Response:
        """Replace: what `settings` leaves out gets its default."""
        extension = _extension(request, camera_id, kind, least=Role.ADMINISTRATOR)
        return self._change(request, extension, _asked(request))

    @extend_schema(
        operation_id="cameras_extension_partial_update",
        parameters=[IF_MATCH],
        request=ExtensionChangeSerializer,
        responses=ExtensionSerializer,
    )
    @settings_errors
    def patch(self, request: Request, camera_id: int, kind: str) -> Response:
        """Change a part: objects are merged, areas by their number, destinations by their place; zones and bands are
        replaced as a whole."""
        extension = _extension(request, camera_id, kind, least=Role.ADMINISTRATOR)
        asked = _asked(request)
        if isinstance(asked.get("settings"), dict):
            whole = extension.whole().to_json()
            asked["settings"] = merged(whole, asked["settings"], extension.settings_class)
        return self._change(request, extension, {"version": extension.version} | asked)

    def _change(self, request: Request, extension: Extension, asked: dict[str, Any]) -> Response:
        if "If-Match" in request.headers:
            asked["version"] = _if_match(request.headers["If-Match"], extension.version)
        try:
            return answer(extension_update(extension=extension, user=_user(request), **asked))
        except VersionConflictError as exc:
            if "If-Match" in request.headers:
                raise PreconditionFailedError(str(exc)) from exc
            raise


class DescribeView(APIView):
    """Every setting with label, help, unit, range, default and messages: what the form is made from."""

    @extend_schema(operation_id="cameras_extension_describe", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, camera_id: int, kind: str) -> Response:
        return Response(describe(_extension(request, camera_id, kind).settings_class, translate=_))


class ResetView(APIView):
    """EXT-6."""

    @extend_schema(operation_id="cameras_extension_reset", request=None, responses=ExtensionSerializer)
    def post(self, request: Request, camera_id: int, kind: str) -> Response:
        """All tabs as from the factory; schedule, zones and MQTT server stay."""
        extension = _extension(request, camera_id, kind, least=Role.ADMINISTRATOR)
        return answer(extension_reset(extension=extension, user=_user(request)))


class VersionListView(generics.GenericAPIView):
    """The versions of the settings, newest first."""

    queryset = SettingsVersion.objects.none()  # for the schema
    serializer_class = VersionSerializer
    cursor_fields = ("-number",)

    @extend_schema(operation_id="cameras_extension_versions_list", responses=VersionSerializer(many=True))
    def get(self, request: Request, camera_id: int, kind: str) -> Response:
        rows = self.paginate_queryset(version_list(extension=_extension(request, camera_id, kind)))
        return self.get_paginated_response(VersionSerializer(rows, many=True).data)


class VersionView(APIView):
    @extend_schema(operation_id="cameras_extension_versions_retrieve", responses=FullVersionSerializer)
    def get(self, request: Request, camera_id: int, kind: str, number: int) -> Response:
        """One version, with its settings and schedule."""
        return Response(
            FullVersionSerializer(version_get(extension=_extension(request, camera_id, kind), number=number)).data
        )


class CompareView(APIView):
    @extend_schema(
        operation_id="cameras_extension_versions_compare",
        parameters=[OpenApiParameter("with", int, description="Another version; left out: the settings of now.")],
        responses=DifferenceSerializer(many=True),
    )
    def get(self, request: Request, camera_id: int, kind: str, number: int) -> Response:
        """What is different in the other version."""
        extension = _extension(request, camera_id, kind)
        before = version_get(extension=extension, number=number)
        return Response(DifferenceSerializer(version_diff(before, _other(request, extension)), many=True).data)


class RestoreView(APIView):
    @extend_schema(operation_id="cameras_extension_versions_restore", request=None, responses=ExtensionSerializer)
    @settings_errors
    def post(self, request: Request, camera_id: int, kind: str, number: int) -> Response:
        """Bring settings and schedule of a version back, as a new version."""
        extension = _extension(request, camera_id, kind, least=Role.ADMINISTRATOR)
        version_get(extension=extension, number=number)
        return answer(extension_restore(extension=extension, number=number, user=_user(request)))


class CopyView(APIView):
    @extend_schema(operation_id="cameras_extension_copy", request=CameraCopySerializer, responses=CopyResultsSerializer)
    @settings_errors
    def post(self, request: Request, camera_id: int, kind: str) -> Response:
        """Put tabs of this camera on others. Every camera for itself: one that fails stops no other."""
        asked = _valid(CameraCopySerializer, request)
        part = part_of_extension(extension=_extension(request, camera_id, kind), tabs=asked["tabs"])
        return _copied(request, part, asked)


class ProfileListView(generics.GenericAPIView):
    """Profiles of the caller's sites."""

    queryset = Profile.objects.none()  # for the schema
    serializer_class = ProfileSerializer

    @extend_schema(operation_id="profiles_list", responses=ProfileSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = self.paginate_queryset(profile_list(user=request.user))
        return self.get_paginated_response(ProfileSerializer(rows, many=True).data)

    @extend_schema(operation_id="profiles_create", request=NewProfileSerializer, responses={201: ProfileSerializer})
    @settings_errors
    def post(self, request: Request) -> Response:
        """Keep tabs of a camera under a name, for its site."""
        asked = _valid(NewProfileSerializer, request)
        extension = extension_get(user=request.user, camera_id=asked["camera"], kind=asked["extension"])
        role_require(request.user, extension.camera.site_id, Role.ADMINISTRATOR)
        profile = profile_create(extension=extension, name=asked["name"], tabs=asked["tabs"], user=_user(request))
        return Response(ProfileSerializer(profile).data, status=status.HTTP_201_CREATED)


class ProfileView(APIView):
    @extend_schema(operation_id="profiles_retrieve", responses=ProfileSerializer)
    def get(self, request: Request, profile_id: int) -> Response:
        """One profile."""
        return Response(ProfileSerializer(profile_get(user=request.user, profile_id=profile_id)).data)

    @extend_schema(operation_id="profiles_destroy", responses={204: None})
    def delete(self, request: Request, profile_id: int) -> Response:
        """Remove it; cameras that it was put on keep their settings."""
        profile = profile_get(user=request.user, profile_id=profile_id)
        role_require(request.user, profile.site_id, Role.ADMINISTRATOR)
        profile_delete(profile=profile)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ProfileApplyView(APIView):
    @extend_schema(operation_id="profiles_apply", request=CopySerializer, responses=CopyResultsSerializer)
    @settings_errors
    def post(self, request: Request, profile_id: int) -> Response:
        """Put it on cameras. Every camera for itself: one that fails stops no other."""
        profile = profile_get(user=request.user, profile_id=profile_id)
        asked = _valid(CopySerializer, request)
        return _copied(request, part_of_profile(profile=profile, tabs=asked.get("tabs")), asked)


def answer(extension: Extension) -> Response:
    """The extension, with its version as ETag."""
    return Response(ExtensionSerializer(extension).data, headers={"ETag": f'"{extension.version}"'})


def _extension(request: Request, camera_id: int, kind: str, *, least: Role = Role.VIEWER) -> Extension:
    """The extension of the address, as the caller may see it. Raises Http404; PermissionDenied below `least`."""
    found = extension_get(user=request.user, camera_id=camera_id, kind=kind)
    if least is not Role.VIEWER:
        role_require(request.user, found.camera.site_id, least)
    return found


def _user(request: Request) -> User:
    """Who is calling; `ScopePermission` lets nobody in who is not signed in."""
    assert isinstance(request.user, User)
    return request.user


def _valid(serializer_class: Any, request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    found: dict[str, Any] = serializer.validated_data
    return found


def _asked(request: Request) -> dict[str, Any]:
    return dict(_valid(ExtensionChangeSerializer, request))


def _if_match(header: str, current: int) -> int:
    """The version of an If-Match header. Raises PreconditionFailedError for what is no ETag of ours."""
    if header.strip() == "*":
        return current
    if match := re.fullmatch(r'\s*"(\d{1,9})"\s*', header):
        return int(match[1])
    raise PreconditionFailedError(_('If-Match must be an ETag of this address, as in "7".'))


def _other(request: Request, extension: Extension) -> SettingsVersion:
    """The version of `?with=`, or what holds now."""
    text = request.query_params.get("with")
    if text is None:
        return SettingsVersion(extension=extension, settings=extension.settings, schedule=extension.schedule)
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValidationError({"with": [_("Must be the number of a version.")]})
    return version_get(extension=extension, number=int(text))


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
    outcomes = part_apply(part=part, to=targets, user=_user(request))
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
