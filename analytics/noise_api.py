"""/api/v1/noise/: the areas with most false alarms, and what would calm each of them (OPR-9, API-1)."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.noise import MOST_DAYS, SHORT, NoisyArea, noise_list, noise_proposal
from portal.common.serializers import StrictSerializer

_DAYS = OpenApiParameter("days", OpenApiTypes.INT, description=f"1 to {MOST_DAYS}. Default: 7.")


class NoiseAskedSerializer(StrictSerializer):
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, default=7)


class NoiseProposalSerializer(serializers.Serializer):
    """A change of one area's settings that would have halved its alarms; `changes` is empty where none did."""

    changes = serializers.DictField(child=serializers.FloatField())
    before = serializers.IntegerField(help_text="Alarms under the settings of now, by the replay.")
    after = serializers.IntegerField()
    known_s = serializers.FloatField(help_text="How long a count is known.")


class NoisyAreaSerializer(serializers.Serializer):
    camera = serializers.IntegerField(source="camera.pk")
    camera_name = serializers.CharField(source="camera.name")
    area = serializers.IntegerField(source="number")
    name = serializers.CharField()
    total = serializers.IntegerField()
    false = serializers.IntegerField(help_text="Closed as false.")
    short = serializers.IntegerField(help_text=f"Over in less than {SHORT.seconds} s.")


class NoiseView(APIView):
    @extend_schema(operation_id="noise_list", parameters=[_DAYS], responses=NoisyAreaSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The areas of the caller's cameras with most alarms that were closed as false, else with most short ones."""
        found: list[NoisyArea] = noise_list(user=request.user, days=days_of(request.query_params.dict()))
        return Response(NoisyAreaSerializer(found, many=True).data)


class NoiseProposalView(APIView):
    @extend_schema(operation_id="cameras_area_proposal", parameters=[_DAYS], responses=NoiseProposalSerializer)
    def get(self, request: Request, camera_id: int, number: int) -> Response:
        """What would calm one area, by the replay of its stored counts; 404 where it counts nothing any more."""
        days = days_of(request.query_params.dict())
        found = noise_proposal(user=request.user, camera_id=camera_id, number=number, days=days)
        if found is None:
            raise Http404(_("Area %(number)s of this camera counts nothing.") % {"number": number})
        return Response(NoiseProposalSerializer(found).data)


def days_of(query: Mapping[str, Any]) -> int:
    """Raises ValidationError."""
    asked = NoiseAskedSerializer(data=query)
    asked.is_valid(raise_exception=True)
    return int(asked.validated_data["days"])
