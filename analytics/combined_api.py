"""/api/v1/combined-areas/: areas that are counted, and alarm, as one: made, changed, removed (DASH-6, API-1)."""

import time
from collections.abc import Callable, Iterable
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import page
from analytics.combined import WatchedCombined, combined_now
from analytics.combined_selectors import combined_area_list
from analytics.engine.combined.settings import MOST_OF_AN_AREA, MOST_PARTS
from analytics.models import CombinedArea, CombinedPart
from analytics.services.combined_area import combined_area_create, combined_area_remove, combined_area_update
from cameras.camera_api import site_of
from cameras.models import Role
from cameras.selectors import role_require
from portal.accounts.models import ApiToken, User
from portal.common.etag import Conditional, if_match
from portal.common.filters import IdFilter
from portal.common.serializers import IdField, StrictSerializer, valid

_TIMER = "null while nobody runs its timer."


class CombinedPartSerializer(serializers.ModelSerializer):
    """`camera` is null when it was removed: then nobody knows the figure."""

    area = serializers.IntegerField(source="area_number")

    class Meta:
        model = CombinedPart
        fields = ("camera", "area")
        read_only_fields = fields


class CombinedAreaSerializer(serializers.Serializer):
    """A combined area: settings, and the numbers of now. A number is null when nobody knows it (CNT-6)."""

    id = serializers.IntegerField(source="area.pk")
    site = serializers.IntegerField(source="area.site_id")
    name = serializers.CharField(source="settings.name")
    areas = CombinedPartSerializer(source="area.parts", many=True)
    status = serializers.BooleanField(source="settings.status")
    how = serializers.CharField(source="settings.how", help_text="sum or max")
    count_threshold = serializers.IntegerField(source="settings.count_threshold")
    time_s = serializers.FloatField(source="settings.time_s")
    reset_percentage = serializers.IntegerField(source="settings.reset_percentage")
    pause_reset_s = serializers.IntegerField(source="settings.pause_reset_s")
    alarm_notification = serializers.BooleanField(source="settings.alarm_notification")
    notification_operation = serializers.CharField(source="settings.notification_operation")
    notify_below_threshold = serializers.BooleanField(source="settings.notify_below_threshold")
    deactivation_s = serializers.IntegerField(source="settings.deactivation_s")
    simulated = serializers.BooleanField(source="area.simulated", help_text="Simulated people are among those counted.")
    count = serializers.IntegerField(allow_null=True)
    quality = serializers.ChoiceField(
        choices=["live", "limited", "unknown"], help_text="limited: one of the areas answers late."
    )
    timer_s = serializers.SerializerMethodField(help_text=_TIMER)
    state = serializers.SerializerMethodField(help_text=f"Of the timer: reset, running or paused; {_TIMER}")
    alarm = serializers.SerializerMethodField(help_text=_TIMER)

    def get_timer_s(self, one: WatchedCombined) -> float | None:
        return one.said and one.said["timer_ms"] / 1000

    def get_state(self, one: WatchedCombined) -> str | None:
        return one.said and one.said["state"]

    def get_alarm(self, one: WatchedCombined) -> bool | None:
        return one.said and one.said["alarm"]


class PartAskedSerializer(StrictSerializer):
    camera = IdField(help_text="A camera of the site.")
    area = serializers.IntegerField(min_value=1, max_value=4, help_text="One that is On.")


class CombinedChangeSerializer(StrictSerializer):
    """Ranges and defaults are those of an area (`cameras/{id}/extensions/occupancy/`)."""

    name = serializers.CharField(help_text="1 to 20 characters.")
    areas = PartAskedSerializer(many=True, help_text=f"2 to {MOST_PARTS}.")
    status = serializers.BooleanField(required=False, help_text="Default: true.")
    how = serializers.ChoiceField(choices=["sum", "max"], required=False, help_text="Default: sum.")
    count_threshold = serializers.IntegerField(
        required=False, help_text=f"1 to {MOST_OF_AN_AREA} × areas, of the fullest 1 to {MOST_OF_AN_AREA}. Default: 5."
    )
    time_s = serializers.FloatField(required=False, help_text="0.1 to 3600. Default: 10.")
    reset_percentage = serializers.IntegerField(required=False, help_text="50, 60, 70, 80, 90 or 100. Default: 80.")
    pause_reset_s = serializers.IntegerField(required=False, help_text="0 to 600. Default: 5.")
    alarm_notification = serializers.BooleanField(required=False, help_text="Default: true.")
    notification_operation = serializers.ChoiceField(
        choices=["periodic", "continuous", "one_time"], required=False, help_text="Default: periodic."
    )
    notify_below_threshold = serializers.BooleanField(required=False, help_text="Default: true.")
    deactivation_s = serializers.IntegerField(required=False, help_text="5 to 600. Default: 5.")


class NewCombinedSerializer(CombinedChangeSerializer):
    site = IdField(help_text="A site that the caller administrates.")


class CombinedFilter(django_filters.FilterSet):
    site = IdFilter()


class CombinedAreaViewSet(Conditional, viewsets.GenericViewSet):
    """Combined areas of the caller's sites, with their figures of now."""

    queryset = CombinedArea.objects.none()  # for the schema
    serializer_class = CombinedAreaSerializer
    filterset_class = CombinedFilter
    etag_fields = ("site", "settings", "changed_at")
    orders = {"id": ("id",), "name": ("name", "id")}
    lookup_value_converter = "int"
    scope = ApiToken.Scope.CONFIGURE

    def get_queryset(self) -> QuerySet[CombinedArea]:
        return combined_area_list(user=self.request.user)

    @extend_schema(operation_id="combined_areas_list", responses=CombinedAreaSerializer(many=True))
    def list(self, _request: Request) -> Response:
        """Every one of the sites of the caller."""
        return self.get_paginated_response(_shown(page(self)))

    def retrieve(self, _request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        return self._answer(self.get_object())

    @extend_schema(
        operation_id="combined_areas_create", request=NewCombinedSerializer, responses={201: CombinedAreaSerializer}
    )
    def create(self, request: Request) -> Response:
        """Make one. Takes the role administrator on the site."""
        asked = valid(NewCombinedSerializer(data=request.data))
        site, areas = site_of(request.user, asked.pop("site")), _areas(asked.pop("areas"))
        made = _refusing(lambda: combined_area_create(user=_user(request), site=site, settings=asked, areas=areas))
        return self._answer(made, 201)

    @extend_schema(
        operation_id="combined_areas_change",
        request=CombinedChangeSerializer(partial=True),
        responses=CombinedAreaSerializer,
    )
    @if_match
    def partial_update(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """What is left out stays; areas are replaced as a whole. Takes the role administrator on the site.

        Another status, figure, threshold, time or other areas set the timer to 0 and end an alarm.
        """
        combined = self.get_object()
        role_require(request.user, combined.site_id, Role.ADMINISTRATOR)
        asked = valid(CombinedChangeSerializer(data=request.data, partial=True))
        areas = _areas(asked.pop("areas")) if "areas" in asked else None
        facts: dict[str, Any] = {"combined": combined, "settings": asked, "areas": areas}
        return self._answer(_refusing(lambda: combined_area_update(user=_user(request), **facts)))

    @extend_schema(operation_id="combined_areas_remove", responses={204: None})
    @if_match
    def destroy(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Remove it; an open alarm of it ends. The areas stay. Takes the role administrator on the site."""
        combined_area_remove(user=_user(request), combined=self.get_object())
        return Response(status=204)

    def _answer(self, area: CombinedArea, status: int = 200) -> Response:
        found = self.get_queryset().get(pk=area.pk)
        return self.tagged(_shown([found])[0], found, status)


def _shown(areas: Iterable[CombinedArea]) -> Any:
    return CombinedAreaSerializer(combined_now(areas, now=time.time()), many=True).data


def _areas(asked: list[dict[str, int]]) -> list[tuple[int, int]]:
    return [(one["camera"], one["area"]) for one in asked]


def _refusing(write: Callable[[], CombinedArea]) -> CombinedArea:
    """Raises REST framework's ValidationError, with the fields as they were sent."""
    try:
        return write()
    except ValidationError as refused:
        raise serializers.ValidationError(refused.message_dict) from refused


def _user(request: Request) -> User:
    assert isinstance(request.user, User)  # the scope lets nobody else in
    return request.user
