"""/api/v1/alarms/export/, /api/v1/notifications/export/: what the lists let through, as CSV (OPR-4, API-1)."""

from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request

from analytics.api import AlarmFilter
from analytics.models import Alarm
from analytics.selectors import alarm_list
from notifications.filters import NotificationFilter
from notifications.models import Notification
from notifications.selectors import notification_list
from portal.common.downloads import file_answer
from portal.dashboard.alarm_table import alarm_lines
from portal.dashboard.delivery_table import delivery_lines

CSV = {(200, "text/csv"): OpenApiTypes.STR}


class CsvView(generics.GenericAPIView):
    """Takes a reader of CSV."""

    pagination_class = None

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: ARG002
        """Whoever accepts text/csv gets it, though errors are JSON."""
        return super().perform_content_negotiation(request, force=True)


class AlarmExportView(CsvView):
    queryset = Alarm.objects.none()  # for the schema
    filterset_class = AlarmFilter

    def get_queryset(self) -> QuerySet[Alarm]:
        return alarm_list(user=self.request.user)

    @extend_schema(operation_id="alarms_export", responses=CSV)
    def get(self, _request: Request) -> StreamingHttpResponse:
        """The alarms that the filters let through, newest first; instants in the zone of the site."""
        return file_answer(alarm_lines(self.filter_queryset(self.get_queryset())), name="alarms.csv")


class NotificationExportView(CsvView):
    queryset = Notification.objects.none()  # for the schema
    filterset_class = NotificationFilter

    def get_queryset(self) -> QuerySet[Notification]:
        return notification_list(user=self.request.user).select_related("destination__site").order_by("-number")

    @extend_schema(operation_id="notifications_export", responses=CSV)
    def get(self, _request: Request) -> StreamingHttpResponse:
        """The messages that the filters let through, newest first; instants in the zone of the site."""
        return file_answer(delivery_lines(self.filter_queryset(self.get_queryset())), name="deliveries.csv")
