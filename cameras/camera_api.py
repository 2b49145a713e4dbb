"""Cameras in the API: added, changed, removed (CAM-1, CAM-4, CAM-5, CAM-9). Their state is added by analytics."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cameras.models import Camera, Role, Site
from cameras.selectors import Visitor, role_require, site_list
from cameras.services.camera import camera_create, camera_update
from cameras.services.onboarding import address_typed, credentials_kept
from cameras.services.removal import camera_delete
from portal.accounts.models import User
from portal.common.etag import Conditional, if_match
from portal.common.serializers import IdField, valid


class CameraChangeSerializer(serializers.Serializer):
    """What is left out stays as it is; what the values may be, the model says."""

    name = serializers.CharField(max_length=80)
    url = serializers.CharField(
        max_length=500, help_text="As it is shown, redacted, it means the stored one. Credentials in it are taken out."
    )
    mac = serializers.CharField(
        max_length=40,
        allow_blank=True,
        help_text="MAC address of the device, with or without separators; given back as 12 hexadecimal digits. "
        "Blank: unknown.",
    )
    username = serializers.CharField(max_length=200, allow_blank=True, write_only=True, trim_whitespace=False)
    password = serializers.CharField(
        max_length=200,
        allow_blank=True,
        write_only=True,
        trim_whitespace=False,
        help_text="Never given back. Needed again when the address leads to another host; blank removes it.",
    )
    transport = serializers.ChoiceField(choices=Camera.Transport.choices)
    fps = serializers.FloatField(min_value=0.5, max_value=30, help_text="Analysed pictures per second.")
    enabled = serializers.BooleanField()
    deactivation_s = serializers.IntegerField(min_value=5, max_value=600)
    rotation = serializers.ChoiceField(
        choices=Camera.Rotation.choices, help_text="Degrees clockwise; areas and zones turn with the picture."
    )
    privacy_zones = serializers.ListField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.FloatField())),
        help_text="Polygons of the turned picture, vertices as fractions 0..1; up to 8. Replaces all.",
    )


class NewCameraSerializer(CameraChangeSerializer):
    """A camera comes with the occupancy extension, its settings as from the factory."""

    site = IdField(help_text="A site that the caller administrates.")

    def get_fields(self) -> dict[str, Any]:
        """Only site, name and address are needed."""
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name in ("site", "name", "url")
        return fields


class CameraWriting(Conditional, generics.GenericAPIView):
    """What a view set of cameras takes over; its `_json` makes the answers. The ETag is the camera's `version`."""

    @extend_schema(operation_id="cameras_create", request=NewCameraSerializer)
    def create(self, request: Request) -> Response:
        """Add a camera to a site. It starts within seconds; whether it sends a picture, `test-connection` tells."""
        return self._answer(camera_add(request.user, valid(NewCameraSerializer(data=request.data))), 201)

    @extend_schema(operation_id="cameras_change", request=CameraChangeSerializer(partial=True))
    @if_match
    def partial_update(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Change a camera; it works with it within seconds. Takes the role administrator on the site."""
        camera = self._own(request)
        facts = valid(CameraChangeSerializer(data=request.data, partial=True))
        return self._answer(camera_change(request.user, camera, facts), 200)

    @extend_schema(operation_id="cameras_remove", responses={204: None})
    @if_match
    def destroy(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Remove a camera with its settings and counts. Its alarms stay; open ones end as `camera removed`."""
        camera_delete(camera=self._own(request))
        return Response(status=204)

    def _own(self, request: Request) -> Camera:
        camera: Camera = self.get_object()
        role_require(request.user, camera.site_id, Role.ADMINISTRATOR)
        return camera

    def _answer(self, camera: Camera, status: int = 200) -> Response:
        seen = self.get_queryset().get(pk=camera.pk)
        return self.tagged(self._json([seen])[0], seen, status)

    def _json(self, cameras: Sequence[Camera]) -> Any:
        raise NotImplementedError


def site_of(user: Visitor, site_id: int) -> Site:
    """Raises Http404 for a site that is not there or not to be seen; PermissionDenied below administrator."""
    site = site_list(user=user).filter(pk=site_id).first()
    if site is None:
        raise Http404(_("There is no such site."))
    role_require(user, site, Role.ADMINISTRATOR)
    return site


def camera_add(user: Visitor, facts: dict[str, Any]) -> Camera:
    """facts: as `NewCameraSerializer` gives them. Raises Http404, PermissionDenied, ValidationError."""
    site = site_of(user, facts["site"])
    return camera_create(site=site, **{name: value for name, value in facts.items() if name != "site"})


@transaction.atomic
def camera_change(user: Visitor, camera: Camera, facts: dict[str, Any]) -> Camera:
    """A stored password goes to no other place than the one it was entered for: then it has to be given again."""
    current = Camera.objects.get(pk=camera.pk)
    if "url" in facts:
        facts["url"] = address_typed(current, facts["url"])
        if "password" not in facts:
            facts = credentials_kept(camera=current, url=facts["url"]) | facts
    return camera_update(camera=current, user=user if isinstance(user, User) else None, **facts)
