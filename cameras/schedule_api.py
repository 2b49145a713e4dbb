"""POST /api/v1/cameras/<id>/schedule/preview/: what an operation schedule would mean, before it is saved (EXT-4)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.openapi import SCHEDULE
from cameras.schedules import DayPreview, OperationSchedule
from cameras.selectors import camera_get
from cameras.settings_view import settings_errors
from portal.accounts.models import ApiToken


class SpanSerializer(serializers.Serializer):
    begins = serializers.DateTimeField()
    ends = serializers.DateTimeField()


class PreviewDaySerializer(serializers.Serializer):
    """One day of the site's calendar."""

    date = serializers.DateField()
    exception = serializers.BooleanField(help_text="An exception of the schedule holds on this day.")
    name = serializers.CharField(help_text="Of the exception.")
    spans = SpanSerializer(many=True)


class PreviewSerializer(serializers.Serializer):
    """What holds now, and on the next seven days."""

    open = serializers.BooleanField()
    changes_at = serializers.DateTimeField(allow_null=True, help_text="When it opens or closes next; null: never.")
    days = PreviewDaySerializer(many=True)


class PreviewView(APIView):
    scope = ApiToken.Scope.READ

    @extend_schema(
        operation_id="cameras_schedule_preview",
        request={"application/json": SCHEDULE},
        responses=PreviewSerializer,
    )
    @settings_errors
    def post(self, request: Request, camera_id: int) -> Response:
        """What a schedule would mean in the time zone of the camera's site. Nothing is saved; `read` is enough."""
        camera = camera_get(user=request.user, camera_id=camera_id)
        zone, schedule = ZoneInfo(camera.site.time_zone), OperationSchedule.from_json(request.data)
        return Response(PreviewSerializer(_preview(schedule, timezone.now(), zone)).data)


def _preview(schedule: OperationSchedule, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    changes = None if schedule.always else schedule.next_change(now, zone)
    days = [_day(one) for one in schedule.preview(now, zone)]
    return {"open": schedule.is_open(now, zone), "changes_at": changes, "days": days}


def _day(day: DayPreview) -> dict[str, Any]:
    spans = [{"begins": one.begins, "ends": one.ends} for one in day.spans]
    return {"date": day.date, "exception": day.exception, "name": day.name, "spans": spans}
