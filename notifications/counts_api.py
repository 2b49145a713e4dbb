"""/api/v1/cameras/<id>/counts.csv: the stored counts of a camera as a file (OUT-7; WIRE 8)."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from notifications.counts_export import counts_range_get
from portal.common.downloads import file_answer

_DAYS = [
    OpenApiParameter(name, OpenApiTypes.DATE, description=f"The {place} day, in the site's time zone. Default: today.")
    for name, place in (("from", "first"), ("to", "last"))
]


class CountsCsvView(APIView):
    """One line a minute, with the last counts of that minute; nothing where nobody counted."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: ARG002
        """Whoever accepts text/csv gets it, though errors are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(operation_id="cameras_counts_csv", parameters=_DAYS, responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, camera_id: int) -> StreamingHttpResponse:
        """The counts from one day to another, both included, at most 733 days; the format is the portal's own."""
        given = request.query_params.dict()
        counts = counts_range_get(user=request.user, camera_id=camera_id, given=given)
        return file_answer(counts.pieces(), name=counts.name)
