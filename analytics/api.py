"""The first API for a VMS (API-3): cameras, areas with their counts, alarms."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Now
from drf_spectacular.utils import extend_schema
from rest_framework import generics, mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.desk_api import AlarmDesk, operator_require, origin_of
from analytics.desk_serializers import AcknowledgeSerializer
from analytics.event_pagination import AlarmPagination
from analytics.history import history_try
from analytics.live import camera_states
from analytics.media_api import CameraMedia
from analytics.models import Alarm, SceneEvent
from analytics.selectors import alarm_list, area_list, scene_event_list
from analytics.serializers import (
    AlarmSerializer,
    AreaSerializer,
    SceneEventSerializer,
    TestAlarmSerializer,
    TrialSerializer,
    TrySerializer,
    WatchedCameraSerializer,
)
from analytics.services.acknowledge import alarm_acknowledge
from analytics.services.scene import view_confirm
from analytics.services.testing import alarm_test
from cameras.camera_api import CameraWriting
from cameras.models import Camera, Extension
from cameras.selectors import camera_list, extension_list
from cameras.settings_view import settings_errors
from portal.accounts.models import ApiToken, User
from portal.common.filters import IdFilter, SwitchFilter
from portal.common.serializers import valid


def page(view: generics.GenericAPIView) -> list[Any]:
    """The rows of the page that was asked for."""
    return view.paginate_queryset(view.filter_queryset(view.get_queryset())) or []


class CameraFilter(django_filters.FilterSet):
    """What a list of cameras may be narrowed to."""

    site = IdFilter()
    search = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label="A part of the name.")
    enabled = SwitchFilter()
    extension = django_filters.ChoiceFilter(
        field_name="extensions__kind", choices=Extension.Kind.choices, label="With this extension installed."
    )


class AreaFilter(django_filters.FilterSet):
    site = IdFilter(field_name="camera__site")
    camera = IdFilter()


PHASES = [("active", "active"), ("ended", "ended"), ("closed", "closed")]


class AlarmFilter(django_filters.FilterSet):
    """OPR-4. Instants are ISO 8601 with an offset."""

    site = IdFilter()
    camera = IdFilter()
    area = IdFilter(field_name="area_number")
    extension = django_filters.ChoiceFilter(choices=Extension.Kind.choices)
    state = django_filters.ChoiceFilter(choices=PHASES, method="filter_state")
    mine = SwitchFilter(method="filter_mine", label="Assigned to the caller.")
    shelved = SwitchFilter(method="filter_shelved", label="As the field of this name.")
    verdict = django_filters.ChoiceFilter(choices=Alarm.Verdict.choices)
    external_ref = django_filters.CharFilter(label="As its acknowledgement named it.")
    acknowledged = SwitchFilter(field_name="acknowledged_at", lookup_expr="isnull", exclude=True)
    started_from = django_filters.IsoDateTimeFilter(field_name="started_at", lookup_expr="gte")
    started_before = django_filters.IsoDateTimeFilter(field_name="started_at", lookup_expr="lt")

    def filter_state(self, alarms: QuerySet[Alarm], _name: str, value: str) -> QuerySet[Alarm]:
        if value == "closed":
            return alarms.exclude(closed_at=None)
        return alarms.filter(ended_at__isnull=value == "active", closed_at=None)

    def filter_mine(self, alarms: QuerySet[Alarm], _name: str, value: bool) -> QuerySet[Alarm]:
        mine = Q(assigned_to=self.request.user.pk)
        return alarms.filter(mine) if value else alarms.exclude(mine)

    def filter_shelved(self, alarms: QuerySet[Alarm], _name: str, value: bool) -> QuerySet[Alarm]:
        shelved = Q(shelving__ends_at__gt=Coalesce("ended_at", Now()))
        return alarms.filter(shelved) if value else alarms.exclude(shelved)


class SceneEventFilter(django_filters.FilterSet):
    site = IdFilter(field_name="camera__site")
    camera = IdFilter()
    advice = django_filters.ChoiceFilter(choices=SceneEvent.Advice.choices)
    state = django_filters.ChoiceFilter(choices=[("active", "active"), ("ended", "ended")], method="filter_state")

    def filter_state(self, events: QuerySet[SceneEvent], _name: str, value: str) -> QuerySet[SceneEvent]:
        return events.filter(ended_at__isnull=value == "active")


class CameraViewSet(CameraMedia, CameraWriting, viewsets.GenericViewSet):
    """Cameras of the caller's sites, each with its settings and its state."""

    queryset = Camera.objects.none()  # for the schema
    serializer_class = WatchedCameraSerializer
    filterset_class = CameraFilter
    orders = {"id": ("id",), "name": ("name", "id")}
    lookup_value_converter = "int"
    scope = ApiToken.Scope.CONFIGURE

    def get_queryset(self) -> QuerySet[Camera]:
        return camera_list(user=self.request.user)

    def list(self, _request: Request) -> Response:
        return self.get_paginated_response(self._json(page(self)))

    def retrieve(self, _request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        return self._answer(self.get_object())

    @extend_schema(operation_id="cameras_try_on_history", request=TrySerializer, responses=TrialSerializer)
    @action(detail=True, methods=["post"], url_path="try-on-history", scope=ApiToken.Scope.READ)
    @settings_errors
    def try_on_history(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """How many alarms proposed settings would have raised over the last days, and the stored ones did (OCC-33).

        Nothing is saved. 400 names every setting that does not fit.
        """
        camera = self.get_object()
        trial = history_try(user=request.user, camera=camera, **valid(TrySerializer(data=request.data)))
        return Response(TrialSerializer(trial).data)

    @extend_schema(operation_id="cameras_confirm_view", request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="confirm-view")
    def confirm_view(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """The camera looks where it should: “moved” ends, and later pictures are compared with the ones of now.

        Takes the role administrator on the site.
        """
        view_confirm(user=request.user, camera=self.get_object())
        return Response(status=204)

    @extend_schema(operation_id="cameras_test_alarm", request=TestAlarmSerializer, responses={201: AlarmSerializer})
    @action(detail=True, methods=["post"], url_path="test-alarm")
    def test_alarm(self, request: Request, pk: int) -> Response:
        """Raise a test alarm in one area, or of non-mask: listed, with a picture, told to every destination, marked.

        `notified_count` is 0 while the alarm notification of the camera is disabled. Takes the role administrator on
        the site.
        """
        assert isinstance(request.user, User)  # the scope lets nobody else in
        self._own(request)
        asked = valid(TestAlarmSerializer(data=request.data))
        alarm = alarm_test(user=request.user, camera_id=pk, area_number=asked.get("area", 0), kind=asked["extension"])
        return Response(AlarmSerializer(alarm).data, status=201)

    def _json(self, cameras: Sequence[Camera]) -> Any:
        states = camera_states([camera.pk for camera in cameras])
        return self.get_serializer(cameras, many=True, context={"states": states}).data


class AreaView(generics.GenericAPIView):
    """Areas of the caller's cameras, each with its settings, its count and how good that is.

    A page holds the areas of `limit` cameras. Numbers that nobody knows now are null (`quality` unknown).
    """

    queryset = Extension.objects.none()  # for the schema
    serializer_class = AreaSerializer
    filterset_class = AreaFilter

    def get_queryset(self) -> QuerySet[Extension]:
        return extension_list(user=self.request.user)

    @extend_schema(responses=AreaSerializer(many=True))
    def get(self, request: Request) -> Response:
        areas = area_list(user=request.user, now=time.time(), extensions=page(self))
        return self.get_paginated_response(self.get_serializer(areas, many=True).data)


class AlarmViewSet(AlarmDesk, viewsets.ReadOnlyModelViewSet):
    """Alarms of the caller's sites, newest first."""

    queryset = Alarm.objects.none()  # for the schema
    serializer_class = AlarmSerializer
    filterset_class = AlarmFilter
    pagination_class = AlarmPagination
    cursor_fields = ("-started_at", "-id")
    orders = {"started_at": ("started_at", "id")}
    lookup_value_converter = "uuid"
    scope = ApiToken.Scope.OPERATE

    def get_queryset(self) -> QuerySet[Alarm]:
        return alarm_list(user=self.request.user)

    @extend_schema(operation_id="alarms_acknowledge", request=AcknowledgeSerializer, responses=AlarmSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: UUID) -> Response:
        """Acknowledge as the caller, an operator of the site. 409 names the one who was first, and when.

        With `external_ref` the alarm carries the name that it has in the caller's system, and the same request once
        more answers as the first one did.
        """
        operator_require(request, pk)
        given = valid(AcknowledgeSerializer(data=request.data))
        reference = {"origin": origin_of(request, given), "external_ref": given.get("external_ref", "")}
        alarm = alarm_acknowledge(user=request.user, alarm_id=pk, **reference)
        return Response(self.get_serializer(alarm).data)


class SceneEventViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """What stood or stands in the way of the sight of the caller's cameras, newest first (CAM-8)."""

    queryset = SceneEvent.objects.none()  # for the schema
    serializer_class = SceneEventSerializer
    filterset_class = SceneEventFilter
    cursor_fields = ("-began_at", "-id")

    def get_queryset(self) -> QuerySet[SceneEvent]:
        return scene_event_list(user=self.request.user)
