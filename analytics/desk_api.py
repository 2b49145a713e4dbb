"""/api/v1/alarms/<id>/steps/, /api/v1/alarms/steps/, /api/v1/shelvings/: the desk for programs (API-1; OPR-2)."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.desk import Step
from analytics.desk_selectors import alarm_step_list, shelving_list
from analytics.desk_serializers import (
    AlarmStepSerializer,
    ShelvingAskedSerializer,
    ShelvingSerializer,
    StepAskedSerializer,
    StepOutcomeSerializer,
    StepsAskedSerializer,
)
from analytics.models import Shelving
from analytics.selectors import alarm_get
from analytics.serializers import AlarmSerializer
from analytics.services.desk import Asked, Outcome, alarm_step, alarms_step
from analytics.services.shelving import Area, area_shelve, shelving_end
from cameras.models import Role
from cameras.selectors import role_require
from portal.accounts.models import ApiToken
from portal.common.filters import IdFilter
from portal.common.problems import problem_of
from portal.common.serializers import valid


def asked_of(request: Request, given: dict[str, Any]) -> Asked:
    """Raises ValidationError."""
    parts = {name: given.get(name, "") for name in ("note", "verdict", "assignee")}
    return Asked(Step(given["step"]), **parts, origin=origin_of(request, given))


def origin_of(request: Request, given: dict[str, Any]) -> str:
    """The system that asks: as it calls itself, else by its token; blank for a person (API-8)."""
    own = request.auth.prefix if isinstance(request.auth, ApiToken) else ""
    return str(given.get("origin") or own)


def operator_require(request: Request, alarm_id: UUID) -> None:
    """Asked before the body is read. Raises Http404, PermissionDenied."""
    role_require(request.user, alarm_get(user=request.user, alarm_id=alarm_id).site_id, Role.OPERATOR)


class AlarmDesk:
    """What operators do with alarms; beside the list of `analytics.api.AlarmViewSet`."""

    @extend_schema(
        methods=["GET"], operation_id="alarms_steps", responses=AlarmStepSerializer(many=True), filters=False
    )
    @extend_schema(methods=["POST"], operation_id="alarms_step", request=StepAskedSerializer, responses=AlarmSerializer)
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def steps(self, request: Request, pk: UUID) -> Response:
        """What was done with the alarm, the oldest first; or take a step, as an operator of the site.

        409 for a step that its state does not have; `state` and `allowed` say what it has. Closing acknowledges, too.
        """
        if request.method == "GET":
            found = alarm_step_list(user=request.user, alarm=alarm_get(user=request.user, alarm_id=pk))
            return Response(AlarmStepSerializer(found, many=True).data)
        operator_require(request, pk)
        asked = asked_of(request, valid(StepAskedSerializer(data=request.data)))
        alarm = alarm_step(user=request.user, alarm_id=pk, asked=asked)
        return Response(AlarmSerializer(alarm).data)

    @extend_schema(
        operation_id="alarms_steps_of_many",
        request=StepsAskedSerializer,
        responses=StepOutcomeSerializer(many=True),
        filters=False,
    )
    @action(detail=False, methods=["post"], url_path="steps", url_name="steps-of-many", pagination_class=None)
    def steps_of_many(self, request: Request) -> Response:
        """The same step for each alarm of the list, each for itself; the answer says for each what became of it."""
        given = valid(StepsAskedSerializer(data=request.data))
        outcomes = alarms_step(user=request.user, alarm_ids=given["alarms"], asked=asked_of(request, given))
        return Response([_outcome(one) for one in outcomes])


class ShelvingFilter(django_filters.FilterSet):
    site = IdFilter(field_name="camera__site")
    camera = IdFilter()
    state = django_filters.ChoiceFilter(choices=[("active", "active"), ("ended", "ended")], method="filter_state")

    def filter_state(self, shelvings: QuerySet[Shelving], _name: str, value: str) -> QuerySet[Shelving]:
        now = timezone.now()
        return shelvings.filter(ends_at__gt=now) if value == "active" else shelvings.filter(ends_at__lte=now)


class ShelvingViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Areas that are or were silent for a while, on purpose, newest first."""

    queryset = Shelving.objects.none()  # for the schema
    serializer_class = ShelvingSerializer
    filterset_class = ShelvingFilter
    cursor_fields = ("-started_at", "-id")
    lookup_value_converter = "int"
    scope = ApiToken.Scope.OPERATE

    def get_queryset(self) -> QuerySet[Shelving]:
        return shelving_list(user=self.request.user)

    @extend_schema(request=ShelvingAskedSerializer, responses={201: ShelvingSerializer})
    def create(self, request: Request) -> Response:
        """Silence an area, as an operator of its site: its alarms are listed, nobody is told. 409 if it is silent."""
        given = valid(ShelvingAskedSerializer(data=request.data))
        area = Area(given["camera"], given["extension"], given["area"])
        shelving = area_shelve(user=request.user, area=area, until=given["until"], reason=given["reason"])
        return Response(ShelvingSerializer(shelving).data, status=201)

    @extend_schema(operation_id="shelvings_end", request=None, responses=ShelvingSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: int) -> Response:
        """End it before its time, as an operator of its site. 409 if it has ended."""
        return Response(ShelvingSerializer(shelving_end(user=request.user, shelving_id=pk)).data)


def _outcome(one: Outcome) -> dict[str, Any]:
    alarm = None if one.alarm is None else AlarmSerializer(one.alarm).data
    problem = None if one.error is None else problem_of(one.error)
    status = 200 if problem is None else problem["status"]
    return {"id": str(one.alarm_id), "status": status, "alarm": alarm, "problem": problem}
