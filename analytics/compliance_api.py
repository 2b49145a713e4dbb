"""/api/v1/cameras/<id>/compliance/ and compliance.csv: people with and without a mask over time (MASK-9)."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.compliance import MOST_DAYS, Grain
from analytics.compliance_range import compliance_range_get, site_compliance_get
from portal.common.downloads import file_answer

_ASKED = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="The first day, in the site's time zone. Default: today."),
    OpenApiParameter(
        "to", OpenApiTypes.DATE, description=f"The last day, included; at most {MOST_DAYS} days. Default: today."
    ),
    OpenApiParameter("grain", OpenApiTypes.STR, enum=list(Grain), description="How long a line is. Default: hour."),
]


class ComplianceSerializer(serializers.Serializer):
    """The people of one minute, hour or day; each was counted once, when it was certain that they had gone."""

    begins = serializers.DateTimeField(help_text="Hours and days begin as on the clock of the site.")
    seen = serializers.IntegerField(help_text="mask + no_mask + not_judged")
    mask = serializers.IntegerField()
    no_mask = serializers.IntegerField(help_text="Judged to wear none at some time, as the list of alarms has them.")
    not_judged = serializers.IntegerField(help_text="Never decided: too small, out of focus, too briefly in view.")
    share = serializers.FloatField(allow_null=True, help_text="Of those who were judged, % with a mask; null: nobody.")
    frames = serializers.IntegerField(help_text="Pictures that were looked at.")


class ComplianceListSerializer(serializers.Serializer):
    """Lines in their order. What nobody looked at has no line: it is unknown, and no zero."""

    camera = serializers.IntegerField()
    grain = serializers.ChoiceField(choices=list(Grain))
    results = ComplianceSerializer(many=True)


class SiteComplianceListSerializer(serializers.Serializer):
    """The same of all cameras of a site together."""

    site = serializers.IntegerField()
    grain = serializers.ChoiceField(choices=list(Grain))
    results = ComplianceSerializer(many=True)


class ComplianceView(APIView):
    """People with and without a mask on one camera."""

    @extend_schema(operation_id="cameras_compliance", parameters=_ASKED, responses=ComplianceListSerializer)
    def get(self, request: Request, camera_id: int) -> Response:
        """People seen, with a mask, without one, and not judged, by the minute, hour or day."""
        asked = compliance_range_get(user=request.user, camera_id=camera_id, given=request.query_params.dict())
        found = {"camera": camera_id, "grain": asked.grain, "results": list(asked.rows())}
        return Response(ComplianceListSerializer(found).data)


class SiteComplianceView(APIView):
    """People with and without a mask on all cameras of a site."""

    @extend_schema(operation_id="sites_compliance", parameters=_ASKED, responses=SiteComplianceListSerializer)
    def get(self, request: Request, site_id: int) -> Response:
        """The cameras of the site added up. Whoever passes two of them was seen twice."""
        grain, rows = site_compliance_get(user=request.user, site_id=site_id, given=request.query_params.dict())
        return Response(SiteComplianceListSerializer({"site": site_id, "grain": grain, "results": rows}).data)


class ComplianceCsvView(APIView):
    """The same as a file."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: ARG002
        """Whoever accepts text/csv gets it, though errors are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="cameras_compliance_csv", parameters=_ASKED, responses={(200, "text/csv"): OpenApiTypes.STR}
    )
    def get(self, request: Request, camera_id: int) -> StreamingHttpResponse:
        """People seen, with a mask, without one, and not judged; the format is the portal's own."""
        given = request.query_params.dict()
        asked = compliance_range_get(user=request.user, camera_id=camera_id, given=given)
        return file_answer(asked.pieces(), name=asked.name)
