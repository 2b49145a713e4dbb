"""/api/v1/floor-plans/: pictures of sites with their areas on them; uploaded, marked, removed (DASH-3, API-1)."""

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.models import FloorPlan, PlanMark
from analytics.selectors import floor_plan_list, floor_plan_open
from analytics.services.floor_plan import Mark, floor_plan_create, floor_plan_mark, floor_plan_remove, floor_plan_rename
from cameras.camera_api import site_of
from cameras.models import Role
from cameras.selectors import role_require
from portal.accounts.models import User
from portal.common.etag import Conditional, if_match
from portal.common.filters import IdFilter
from portal.common.parsers import JsonParser
from portal.common.picture import LONGEST_SIDE, MOST_BYTES
from portal.common.ranged import ranged_response
from portal.common.serializers import IdField, StrictSerializer, valid


class PlanMarkSerializer(serializers.ModelSerializer):
    """One area on a plan. `x`, `y`: fractions of the picture, origin top left."""

    area = serializers.IntegerField(source="area_number")

    class Meta:
        model = PlanMark
        fields = ("camera", "area", "x", "y")
        read_only_fields = fields


class FloorPlanSerializer(serializers.ModelSerializer):
    """A plan with its marks. `width`, `height`: of the picture, in pixels."""

    marks = PlanMarkSerializer(many=True)

    class Meta:
        model = FloorPlan
        fields = ("id", "site", "name", "width", "height", "version", "marks")
        read_only_fields = fields


class NewFloorPlanSerializer(StrictSerializer):
    """A form (multipart/form-data), because a file is in it."""

    site = IdField(help_text="A site that the caller administrates.")
    name = serializers.CharField(max_length=40)
    picture = serializers.FileField(
        help_text=f"PNG, JPEG or WebP, at most {MOST_BYTES // 1_000_000} MB. It is written anew, as WebP of at most "
        f"{LONGEST_SIDE} pixels a side."
    )


class MarkAskedSerializer(StrictSerializer):
    camera = IdField(help_text="A camera of the same site.")
    area = serializers.IntegerField(min_value=1, max_value=4, help_text="One that is On.")
    x = serializers.FloatField(min_value=0, max_value=1)
    y = serializers.FloatField(min_value=0, max_value=1)


class FloorPlanChangeSerializer(StrictSerializer):
    """What is left out stays as it is; marks are replaced as a whole."""

    name = serializers.CharField(max_length=40)
    marks = MarkAskedSerializer(many=True)


class FloorPlanFilter(django_filters.FilterSet):
    """What a list of plans may be narrowed to."""

    site = IdFilter()


class FloorPlanViewSet(Conditional, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Floor plans of the caller's sites. Their ETag is their version."""

    queryset = FloorPlan.objects.none()  # for the schema
    serializer_class = FloorPlanSerializer
    filterset_class = FloorPlanFilter
    parser_classes = (JsonParser, MultiPartParser)
    orders = {"id": ("id",), "name": ("name", "id")}
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[FloorPlan]:
        return floor_plan_list(user=self.request.user)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whoever accepts pictures gets one, though everything else here is JSON."""
        return super().perform_content_negotiation(request, force=force or self.action == "picture")

    def retrieve(self, _request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        return self._answer(self.get_object())

    @extend_schema(
        operation_id="floor_plans_create",
        request={"multipart/form-data": NewFloorPlanSerializer},
        responses={201: FloorPlanSerializer},
    )
    def create(self, request: Request) -> Response:
        """Upload one. Takes the role administrator on the site."""
        asked = valid(NewFloorPlanSerializer(data=request.data))
        site, file = site_of(request.user, asked["site"]), asked["picture"]
        plan = floor_plan_create(user=_user(request), site=site, name=asked["name"], file=file.file, size=file.size)
        return self._answer(plan, 201)

    @extend_schema(
        operation_id="floor_plans_change",
        request={"application/json": FloorPlanChangeSerializer(partial=True)},
        responses=FloorPlanSerializer,
    )
    @if_match
    def partial_update(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Give it another name, or put areas on it. Takes the role administrator on the site."""
        plan = self.get_object()
        role_require(request.user, plan.site_id, Role.ADMINISTRATOR)
        asked = valid(FloorPlanChangeSerializer(data=request.data, partial=True))
        if "name" in asked:
            plan = floor_plan_rename(user=_user(request), plan=plan, name=asked["name"])
        if "marks" in asked:
            plan = _marked(_user(request), plan, [Mark(**one) for one in asked["marks"]])
        return self._answer(self.get_queryset().get(pk=plan.pk))

    @extend_schema(operation_id="floor_plans_remove", responses={204: None})
    @if_match
    def destroy(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Remove it with its picture. Areas, counts and cameras stay. Takes the role administrator on the site."""
        floor_plan_remove(user=_user(request), plan=self.get_object())
        return Response(status=204)

    @extend_schema(operation_id="floor_plans_picture", responses={(200, "image/webp"): OpenApiTypes.BINARY})
    @action(detail=True)
    def picture(self, request: Request, pk: int) -> HttpResponse:
        """The picture itself."""
        return ranged_response(request, floor_plan_open(user=request.user, plan_id=pk), content_type="image/webp")

    def _answer(self, plan: FloorPlan, status: int = 200) -> Response:
        return self.tagged(FloorPlanSerializer(plan).data, plan, status)


def _marked(user: User, plan: FloorPlan, marks: list[Mark]) -> FloorPlan:
    """What is refused is named by its place, as everywhere in the API: marks[0]."""
    try:
        return floor_plan_mark(user=user, plan=plan, marks=marks, version=plan.version)
    except ValidationError as refused:
        problems = {_path(place): words for place, words in refused.message_dict.items()}
        raise serializers.ValidationError(problems) from refused


def _path(place: str) -> str:
    """`marks.3` of the service as the API writes it."""
    name, _dot, number = place.partition(".")
    return f"{name}[{number}]" if number else name


def _user(request: Request) -> User:
    assert isinstance(request.user, User)  # the scope lets nobody else in
    return request.user
