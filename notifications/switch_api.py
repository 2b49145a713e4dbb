"""POST /api/v1/destinations/switch/: many destinations on or off (API-2)."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.models import Role
from cameras.selectors import Visitor, role_require
from notifications.models import Destination
from notifications.selectors import destination_get
from notifications.services.destination import destination_update
from notifications.services.managed import managed_refuse
from portal.accounts.models import ApiToken
from portal.common.bulk import MOST, each_for_itself
from portal.common.serializers import IdField, StrictSerializer, valid


class SwitchSerializer(StrictSerializer):
    """The same for each of these destinations."""

    enabled = serializers.BooleanField()
    destinations = serializers.ListField(child=IdField(), allow_empty=False, max_length=MOST)


class SwitchResultSerializer(serializers.Serializer):
    """What became of one destination; `status` as if it had been changed alone."""

    id = serializers.IntegerField()
    status = serializers.IntegerField()
    problem = serializers.DictField(allow_null=True, help_text="Why not: problem details.")


class DestinationSwitchView(APIView):
    """Takes the role administrator on the site of each destination."""

    scope = ApiToken.Scope.CONFIGURE

    @extend_schema(
        operation_id="destinations_switch", request=SwitchSerializer, responses=SwitchResultSerializer(many=True)
    )
    def post(self, request: Request) -> Response:
        """Switch up to 200 destinations on or off; each for itself, with a result for each.

        409 `managed` for one that follows the settings of a camera.
        """
        asked = valid(SwitchSerializer(data=request.data))
        ids, enabled = asked["destinations"], asked["enabled"]
        outcomes = each_for_itself(ids, lambda one: (200, _switch(request.user, one, enabled=enabled)))
        results: list[dict[str, Any]] = [
            {"id": one, "status": outcome.status, "problem": outcome.problem}
            for one, outcome in zip(ids, outcomes, strict=True)
        ]
        return Response(results)


def _switch(user: Visitor, destination_id: int, *, enabled: bool) -> Destination:
    destination = destination_get(user=user, destination_id=destination_id)
    role_require(user, destination.site_id, Role.ADMINISTRATOR)
    managed_refuse(destination)
    return destination_update(destination=destination, enabled=enabled)
