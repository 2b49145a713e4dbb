"""/api/v1/active-guard/cameras/: the list that Active Guard asks of a foreign VMS (OUT-12; WIRE 4)."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from cameras.models import Camera
from cameras.selectors import camera_list
from cameras.sensors import channel_of
from notifications.protocols.active_guard import ListedCamera
from notifications.protocols.active_guard import camera_list as encode


class ListedCameraSerializer(serializers.Serializer):
    """One camera; every value is a text, in the spelling of Active Guard."""

    ID = serializers.CharField()
    CameraName = serializers.CharField()
    Model = serializers.CharField(help_text="Empty: the portal does not know it.")
    IPAddress = serializers.CharField(help_text="The host of its address; empty for a clip or a drawn scene.")
    CameraChannel = serializers.CharField()


class ListedCamerasView(APIView):
    @extend_schema(operation_id="active_guard_cameras", responses=ListedCameraSerializer(many=True))
    def get(self, request: Request) -> HttpResponse:
        """All cameras of the caller's sites, as one array without pages."""
        cameras = camera_list(user=request.user).order_by("pk")
        return HttpResponse(encode(_listed(cameras)), content_type="application/json")


def _listed(cameras: Iterable[Camera]) -> Iterable[ListedCamera]:
    return (ListedCamera(one.pk, one.name, "", *_place(one)) for one in cameras)


def _place(camera: Camera) -> tuple[str, int]:
    """Host and sensor."""
    return urlsplit(camera.url).hostname or "", channel_of(camera.url, camera.name)
