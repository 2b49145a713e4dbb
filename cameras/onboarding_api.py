"""Onboarding in the API: a connection tried, a table of cameras looked through, imported, exported (CAM-2, CAM-3)."""

import base64
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.camera_api import site_of
from cameras.models import Camera, Role
from cameras.onboarding.reasons import ConnectionTestError, Reason
from cameras.onboarding.table import MOST_BYTES, TableError
from cameras.selectors import camera_get, role_require
from cameras.services.camera_table import Action, Line, Plan, table_export, table_import, table_plan
from cameras.services.onboarding import camera_connection_test, connection_test
from portal.common.downloads import file_answer
from portal.common.serializers import IdField, StrictSerializer, valid

if TYPE_CHECKING:
    from cameras.onboarding.connection import Connection


class ConnectionSerializer(serializers.Serializer):
    """What is tested: as a camera of `site` would be."""

    site = IdField(help_text="A site that the caller administrates.")
    url = serializers.CharField(max_length=500)
    username = serializers.CharField(max_length=200, allow_blank=True, default="", write_only=True)
    password = serializers.CharField(
        max_length=200, allow_blank=True, default="", write_only=True, trim_whitespace=False
    )
    transport = serializers.ChoiceField(choices=Camera.Transport.choices, default=Camera.Transport.TCP)
    fps = serializers.FloatField(min_value=0.5, max_value=30, default=5.0)


class OwnConnectionSerializer(StrictSerializer):
    """What shall be different from what is stored."""

    url = serializers.CharField(max_length=500, required=False)
    username = serializers.CharField(max_length=200, allow_blank=True, required=False, write_only=True)
    password = serializers.CharField(
        max_length=200, allow_blank=True, required=False, write_only=True, trim_whitespace=False
    )
    transport = serializers.ChoiceField(choices=Camera.Transport.choices, required=False)
    fps = serializers.FloatField(min_value=0.5, max_value=30, required=False)


class SeenSerializer(serializers.Serializer):
    """A picture and its facts, or the reason why there is none."""

    ok = serializers.BooleanField()
    reason = serializers.ChoiceField(choices=[(one.value, one.value) for one in Reason], allow_null=True)
    detail = serializers.CharField(help_text="The reason for people, without credentials; empty when ok.")
    width = serializers.IntegerField(allow_null=True, help_text="Of the camera's picture, in pixels.")
    height = serializers.IntegerField(allow_null=True)
    fps = serializers.FloatField(allow_null=True, help_text="Measured; null when only one picture came.")
    codec = serializers.CharField(help_text="As FFmpeg calls it, such as h264.")
    picture = serializers.CharField(allow_null=True, help_text="A JPEG file, at most 960 pixels wide, as a data: URL.")


class TableSerializer(serializers.Serializer):
    """A CSV file, and what to do with it."""

    csv = serializers.CharField(
        max_length=MOST_BYTES, trim_whitespace=False, help_text="The first line names the columns."
    )
    site = IdField(required=False, allow_null=True, help_text="Of the lines that name none.")
    dry_run = serializers.BooleanField(default=True, help_text="Only look: nothing is written.")


class LineSerializer(serializers.Serializer):
    """One line, looked through."""

    line = serializers.IntegerField()
    site = serializers.CharField()
    name = serializers.CharField()
    action = serializers.ChoiceField(choices=[(one.value, one.value) for one in Action])
    changed = serializers.ListField(child=serializers.CharField(), help_text="Columns that differ from what is stored.")
    mistakes = serializers.DictField(child=serializers.CharField(), help_text="By column; empty name: the whole line.")


class FailureSerializer(serializers.Serializer):
    """A group of lines of which nothing was written."""

    first = serializers.IntegerField()
    last = serializers.IntegerField()
    reason = serializers.CharField()


class OutcomeSerializer(serializers.Serializer):
    """What an import would do, or did."""

    imported = serializers.BooleanField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Lines of each action.")
    lines = LineSerializer(many=True)
    failures = FailureSerializer(many=True, help_text="Groups of lines of which nothing was written.")


class ConnectionTestView(APIView):
    """CAM-2. Takes up to 10 s. 409 with the code `busy` when too many are being tested at once."""

    @extend_schema(operation_id="cameras_test_connection", request=ConnectionSerializer, responses=SeenSerializer)
    def post(self, request: Request) -> Response:
        """Connect to an address as a camera of the site would be, and say what is there. Nothing is saved."""
        asked = ConnectionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = dict(asked.validated_data)
        site_of(request.user, facts.pop("site"))
        return Response(_seen(lambda: connection_test(**facts)))


class OwnConnectionTestView(APIView):
    """CAM-2."""

    @extend_schema(
        operation_id="cameras_test_own_connection", request=OwnConnectionSerializer, responses=SeenSerializer
    )
    def post(self, request: Request, camera_id: int) -> Response:
        """As `test-connection`, of a camera that is there: what is left out is as stored, its password too.

        A stored password goes to no other host than the one it was entered for.
        """
        camera = camera_get(user=request.user, camera_id=camera_id)
        role_require(request.user, camera.site_id, Role.ADMINISTRATOR)
        stored: dict[str, Any] = {"url": camera.url, "transport": camera.transport, "fps": camera.fps}
        asked = valid(OwnConnectionSerializer(data=request.data))
        return Response(_seen(lambda: camera_connection_test(camera=camera, **(stored | asked))))


class CameraImportView(APIView):
    """CAM-3. The same file twice changes nothing the second time."""

    @extend_schema(operation_id="cameras_import", request=TableSerializer, responses=OutcomeSerializer)
    def post(self, request: Request) -> Response:
        """Look through a table of cameras; import it with `dry_run` false, unless a line has a mistake."""
        asked = TableSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = asked.validated_data
        site = site_of(request.user, facts["site"]) if facts.get("site") is not None else None
        try:
            plan = table_plan(user=request.user, file=io.BytesIO(facts["csv"].encode()), site=site)
        except TableError as exc:
            raise ValidationError({"csv": [exc.translated(_)]}) from exc
        return Response(_outcome(plan, dry_run=facts["dry_run"]))


class CameraExportView(APIView):
    """CAM-3. Without user names and passwords."""

    @extend_schema(operation_id="cameras_export", responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> StreamingHttpResponse:
        """The cameras that the caller administrates, as an import reads them."""
        return file_answer(table_export(user=request.user), name="cameras.csv")


def _seen(connect: Callable[[], "Connection"]) -> dict[str, Any]:
    """As `SeenSerializer`."""
    try:
        seen = connect()
    except ConnectionTestError as exc:
        return _failed(exc)
    picture = f"data:image/jpeg;base64,{base64.b64encode(seen.jpeg).decode()}"
    size = {"width": seen.width, "height": seen.height, "fps": seen.fps, "codec": seen.codec}
    return {"ok": True, "reason": None, "detail": "", **size, "picture": picture}


def _failed(exc: ConnectionTestError) -> dict[str, Any]:
    nothing = {"width": None, "height": None, "fps": None, "codec": "", "picture": None}
    return {"ok": False, "reason": exc.reason.value, "detail": str(exc), **nothing}


def _outcome(plan: Plan, *, dry_run: bool) -> dict[str, Any]:
    counts = plan.counts()
    imported = None if dry_run or counts[Action.MISTAKE] else table_import(plan=plan)
    failed = imported.failures if imported else ()
    failures = [{"first": one.first, "last": one.last, "reason": one.reason} for one in failed]
    lines = [_line(line) for line in plan.lines]
    return {"imported": imported is not None, "counts": counts, "lines": lines, "failures": failures}


def _line(line: Line) -> dict[str, Any]:
    facts = {"line": line.line, "site": line.site, "name": line.name, "action": line.action.value}
    return {**facts, "changed": list(line.changed), "mistakes": dict(line.mistakes)}
