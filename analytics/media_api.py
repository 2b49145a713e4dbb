"""/api/v1/cameras/<id>/media/: the pictures of one camera's alarms, counted and erased (SEC-7, API-1)."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.media_selectors import media_list
from analytics.services.erasure import media_erase
from cameras.selectors import camera_get
from portal.accounts.models import User


class MediaSerializer(serializers.Serializer):
    """What an erasure would remove."""

    pictures = serializers.IntegerField(help_text="Alarms of the camera of which a picture is kept.")
    days = serializers.IntegerField(source="camera.site.media_days", help_text="For how long its site keeps them.")


class ErasedSerializer(serializers.Serializer):
    """What was removed; nobody can see it any more."""

    removed = serializers.IntegerField(help_text="Pictures.")
    failed = serializers.IntegerField(help_text="Those of them whose file could not be deleted yet: tried every night.")


class CameraMedia:
    """Beside the list of `analytics.api.CameraViewSet`. Takes the role administrator on the camera's site."""

    @extend_schema(methods=["GET"], operation_id="cameras_media", responses=MediaSerializer)
    @extend_schema(methods=["DELETE"], operation_id="cameras_erase_media", responses={200: ErasedSerializer})
    @action(detail=True, methods=["get", "delete"])
    def media(self, request: Request, pk: int) -> Response:
        """How many pictures of the camera's alarms are kept; or delete them from the storage, at once and for good.

        The alarms stay and say when that was. Takes the role administrator on the site.
        """
        assert isinstance(request.user, User)  # the scope lets nobody else in
        camera = camera_get(user=request.user, camera_id=pk)
        if request.method == "DELETE":
            return Response(ErasedSerializer(media_erase(user=request.user, camera=camera)).data)
        pictures = media_list(user=request.user, camera=camera).count()
        return Response(MediaSerializer({"pictures": pictures, "camera": camera}).data)
