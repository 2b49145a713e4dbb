"""/api/v1/cameras/<id>/areas/<n>/timeline/: why an alarm fired, why it did not (OPR-8)."""

from datetime import timedelta

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.engine.alarm.events import Cause
from analytics.timeline import MOST, area_timeline
from notifications.selectors import alarm_deliveries
from notifications.timeline_serializers import TimelineSerializer
from portal.common.serializers import StrictSerializer

_HOURS = round(MOST / timedelta(hours=1))
_CAUSES = [str(Cause.THRESHOLD), str(Cause.MINIMUM)]
_ASKED = [
    OpenApiParameter("from", OpenApiTypes.DATETIME, description="Default: an hour before the end."),
    OpenApiParameter("to", OpenApiTypes.DATETIME, description=f"Default: now. At most {_HOURS} hours."),
    OpenApiParameter("cause", OpenApiTypes.STR, enum=_CAUSES, description="Default: threshold."),
]


class TimelineAskedSerializer(StrictSerializer):
    """The range: instants with an offset."""

    to = serializers.DateTimeField(required=False)
    cause = serializers.ChoiceField(choices=_CAUSES, default=Cause.THRESHOLD)

    def get_fields(self) -> dict[str, serializers.Field]:
        """`from` is a word of the language."""
        return {"from": serializers.DateTimeField(required=False), **super().get_fields()}


class AreaTimelineView(APIView):
    """One area of one camera."""

    @extend_schema(operation_id="cameras_area_timeline", parameters=_ASKED, responses=TimelineSerializer)
    def get(self, request: Request, camera_id: int, number: int) -> Response:
        """Counts, thresholds, timer, schedule, shelving, alarms and deliveries of one area, moment by moment.

        The timer is run again over the stored counts with the settings that held at each moment; it differs from what
        was live by one frame at most. The last minute may still be missing.
        """
        asked = TimelineAskedSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        ends = asked.validated_data.get("to", timezone.now())
        begins = asked.validated_data.get("from", ends - timedelta(hours=1))
        found = area_timeline(
            user=request.user,
            camera_id=camera_id,
            number=number,
            begins=begins,
            ends=ends,
            cause=Cause(asked.validated_data["cause"]),
        )
        told = alarm_deliveries(user=request.user, alarms=found.alarms, begins=begins, ends=ends)
        return Response(TimelineSerializer(found, context={"deliveries": told}).data)
