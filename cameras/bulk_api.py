"""POST /api/v1/cameras/bulk/: many cameras added, changed, moved, removed; each for itself, or only tried (API-2)."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.api import CameraSerializer
from cameras.camera_api import CameraChangeSerializer, NewCameraSerializer, camera_add, camera_change, site_of
from cameras.models import Camera, Role
from cameras.selectors import Visitor, camera_get, role_require
from cameras.services.move import cameras_move
from cameras.services.removal import camera_delete
from portal.common.bulk import MOST, Outcome, each_for_itself
from portal.common.etag import etag_check, etag_of
from portal.common.serializers import IdField, StrictSerializer, valid

DOINGS = ("create", "change", "move", "remove")


class BulkItemSerializer(StrictSerializer):
    """One camera. What each `do` needs: create `camera`; change `id`, `camera`; move `id`, `site`; remove `id`.

    Whatever is there already needs `if_match`, as alone.
    """

    do = serializers.ChoiceField(choices=DOINGS)
    id = IdField(required=False)
    if_match = serializers.CharField(max_length=100, required=False, help_text='Its ETag, as in "7" with the quotes.')
    site = IdField(required=False)
    camera = serializers.DictField(required=False, help_text="As in POST and PATCH of a camera alone.")

    def validate(self, item: dict[str, Any]) -> dict[str, Any]:
        """Raises ValidationError for what is missing."""
        needs = {"create": ("camera",), "change": ("id", "camera"), "move": ("id", "site"), "remove": ("id",)}
        missing = [name for name in needs[item["do"]] if name not in item]
        if missing:
            raise serializers.ValidationError(dict.fromkeys(missing, self.fields["do"].error_messages["required"]))
        return item


class BulkSerializer(StrictSerializer):
    """They are done in their order."""

    items = serializers.ListField(child=serializers.DictField(), allow_empty=False, max_length=MOST)
    dry_run = serializers.BooleanField(default=False, help_text="Only say what would become of each.")


class BulkAskedSerializer(StrictSerializer):
    """As `BulkSerializer`, for the document: an item that does not fit is refused alone."""

    items = serializers.ListField(child=BulkItemSerializer(), allow_empty=False, max_length=MOST)
    dry_run = serializers.BooleanField(default=False, help_text="Only say what would become of each.")


class BulkCameraSerializer(CameraSerializer):
    """A camera; without an id where it would only be added."""

    id = serializers.IntegerField(allow_null=True)


class BulkResultSerializer(serializers.Serializer):
    """What became of one item; `status` as if it had been sent alone."""

    status = serializers.IntegerField()
    etag = serializers.CharField(allow_null=True, help_text="Of the camera now; null in a dry run, and without one.")
    camera = BulkCameraSerializer(allow_null=True, help_text="As it is, or would be; null: removed, or refused.")
    problem = serializers.DictField(allow_null=True, help_text="Why not: problem details.")


class BulkResultsSerializer(serializers.Serializer):
    """One result for each item, in their order."""

    dry_run = serializers.BooleanField()
    refused = serializers.IntegerField(help_text="How many of them.")
    results = BulkResultSerializer(many=True)


class CameraBulkView(APIView):
    """Takes the role administrator on the site of each camera."""

    @extend_schema(operation_id="cameras_bulk", request=BulkAskedSerializer, responses=BulkResultsSerializer)
    def post(self, request: Request) -> Response:
        """Add, change, move and remove up to 200 cameras. One that is refused stops no other; 200 even if all are."""
        asked = valid(BulkSerializer(data=request.data))
        dry_run = asked["dry_run"]
        outcomes = each_for_itself(asked["items"], lambda item: _do(request.user, item), dry_run=dry_run)
        results = [_result(one, dry_run=dry_run) for one in outcomes]
        refused = sum(one.problem is not None for one in outcomes)
        return Response({"dry_run": dry_run, "refused": refused, "results": results})


def _do(user: Visitor, given: dict[str, Any]) -> tuple[int, dict[str, Any] | None]:
    """Status, and the camera as it is then; it is looked at here, because a dry run takes it back."""
    item = valid(BulkItemSerializer(data=given))
    if item["do"] == "create":
        return 201, _seen(user, camera_add(user, valid(NewCameraSerializer(data=item["camera"]))))
    camera = _own(user, item)
    if item["do"] == "remove":
        camera_delete(camera=camera)
        return 204, None
    if item["do"] == "change":
        camera_change(user, camera, valid(CameraChangeSerializer(data=item["camera"], partial=True)))
    else:
        cameras_move(cameras=[camera], site=site_of(user, item["site"]))
    return 200, _seen(user, camera)


def _seen(user: Visitor, camera: Camera) -> dict[str, Any]:
    return dict(CameraSerializer(camera_get(user=user, camera_id=camera.pk)).data)


def _own(user: Visitor, item: dict[str, Any]) -> Camera:
    """The camera of an item, locked. Raises Http404, PermissionDenied, PreconditionError."""
    camera = camera_get(user=user, camera_id=item["id"])
    role_require(user, camera.site_id, Role.ADMINISTRATOR)
    locked: QuerySet[Camera] = Camera.objects.select_for_update().only("version")
    etag_check(item.get("if_match"), etag_of(locked.get(pk=camera.pk)))
    return camera


def _result(one: Outcome[dict[str, Any] | None], *, dry_run: bool) -> dict[str, Any]:
    """A camera that would be added has no id."""
    camera = one.result
    if camera and dry_run:
        camera |= {"id": None} if one.status == 201 else {}
    etag = None if camera is None or dry_run else f'"{camera["version"]}"'
    return {"status": one.status, "etag": etag, "camera": camera, "problem": one.problem}
