"""/api/v1/counts/: stored counts as a chart has them, and as a file (CNT-4, OUT-7)."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.count_asked import MOST_DAYS, chart_asked, file_asked
from analytics.count_places import MOST_PLACES
from analytics.count_serializers import CountChartSerializer
from analytics.count_series import count_chart
from analytics.engine.counts.days import Period
from portal.common.downloads import file_answer

_PLACE = OpenApiParameter(
    "place",
    OpenApiTypes.STR,
    many=True,
    required=True,
    description="`site-3` (all pictures of its cameras), `camera-12` (its whole picture) or `area-12-2`; "
    f"up to {MOST_PLACES}.",
)
_CHART = [
    _PLACE,
    OpenApiParameter("period", OpenApiTypes.STR, enum=list(Period), description="Default: day."),
    OpenApiParameter("day", OpenApiTypes.DATE, description="Any day of the period. Default: today."),
]
_FILE = [
    _PLACE,
    OpenApiParameter("from", OpenApiTypes.DATE, description="The first day, by the clock of each site."),
    OpenApiParameter("to", OpenApiTypes.DATE, description=f"The last day, included; at most {MOST_DAYS} days."),
]


class CountChartView(APIView):
    """Counts over a day, week, month or year, beside the period before."""

    @extend_schema(operation_id="counts", parameters=_CHART, responses=CountChartSerializer)
    def get(self, request: Request) -> Response:
        """A day has minutes, a week and a month have hours, a year has days; unknown numbers are null."""
        query = request.query_params
        asked = chart_asked(user=request.user, keys=query.getlist("place"), given=query.dict())
        chart = count_chart(places=asked.places, period=asked.period, day=asked.day)
        return Response(CountChartSerializer(chart).data)


class CountsFileView(APIView):
    """Every stored minute of areas."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: ARG002
        """Whoever accepts text/csv gets it, though errors are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(operation_id="counts_csv", parameters=_FILE, responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> StreamingHttpResponse:
        """One line an area and minute, with all that is stored of it; nothing where nobody counted.

        Without days it is today. The format is the portal's own.
        """
        query = request.query_params
        counts = file_asked(user=request.user, keys=query.getlist("place"), given=query.dict())
        return file_answer(counts.pieces(), name=counts.name)
