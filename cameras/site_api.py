"""/api/v1/sites/: the sites of the caller; added, changed, removed (SPEC 1, OPR-3, API-1)."""

from typing import Any

import django_filters
from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from cameras.models import Role, Site
from cameras.models.site import MOST_MEDIA_DAYS, validate_time_zone
from cameras.selectors import administrator_require, role_require, site_list
from cameras.services.site import site_create, site_remove, site_update
from portal.common.etag import Conditional, if_match
from portal.common.serializers import StrictSerializer, valid


class SiteSerializer(serializers.ModelSerializer):
    """A site, as lists and changes answer."""

    class Meta:
        model = Site
        fields = ("id", "name", "time_zone", "blur_faces", "keep_clips", "media_days")
        read_only_fields = fields


class SiteChangeSerializer(StrictSerializer):
    """What is left out stays as it is."""

    name = serializers.CharField(max_length=80)
    time_zone = serializers.CharField(
        validators=[validate_time_zone], help_text="Of the IANA data base, as in Europe/Berlin."
    )
    blur_faces = serializers.BooleanField(
        help_text="Pictures of non-mask alarms that are made from now on: the faces of others are blurred."
    )
    keep_clips = serializers.BooleanField(help_text="Clips of alarms: five seconds before the start to five after it.")
    media_days = serializers.IntegerField(
        min_value=1,
        max_value=MOST_MEDIA_DAYS,
        help_text="For how many days pictures of alarms are kept; older ones go in the next night.",
    )


class NewSiteSerializer(SiteChangeSerializer):
    """Only the name is needed; the time zone is UTC unless it is given."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name == "name"
        return fields


class SiteFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label="A part of the name.")


class SiteViewSet(Conditional, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Sites of the caller. Schedules, bands and every time on a screen go by the time zone of the site."""

    queryset = Site.objects.none()  # for the schema
    serializer_class = SiteSerializer
    filterset_class = SiteFilter
    orders = {"id": ("id",), "name": ("name", "id")}
    etag_fields = ("name", "time_zone", "blur_faces", "keep_clips", "media_days")
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Site]:
        return site_list(user=self.request.user)

    def retrieve(self, _request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        return self._answer(self.get_object())

    @extend_schema(operation_id="sites_create", request=NewSiteSerializer, responses={201: SiteSerializer})
    def create(self, request: Request) -> Response:
        """Add a site. Takes an administrator of the portal."""
        administrator_require(request.user)
        facts = valid(NewSiteSerializer(data=request.data))
        with transaction.atomic():
            site = site_create(name=facts.pop("name"), time_zone=facts.pop("time_zone", "UTC"))
            site = site_update(site=site, **facts)
        return self._answer(site, 201)

    @extend_schema(operation_id="sites_change", request=SiteChangeSerializer(partial=True), responses=SiteSerializer)
    @if_match
    def partial_update(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Change name, time zone or policy. Takes the role administrator on the site.

        In another time zone schedules and bands begin and end at other instants from now on.
        """
        site = self.get_object()
        role_require(request.user, site, Role.ADMINISTRATOR)
        return self._answer(site_update(site=site, **valid(SiteChangeSerializer(data=request.data, partial=True))))

    @extend_schema(operation_id="sites_remove", responses={204: None})
    @if_match
    def destroy(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Remove a site without cameras, with its destinations and what is left of its alarms. 409 while it has some.

        Takes an administrator of the portal.
        """
        site = self.get_object()
        administrator_require(request.user)
        site_remove(site=site)
        return Response(status=204)

    def _answer(self, site: Site, status: int = 200) -> Response:
        return self.tagged(SiteSerializer(site).data, site, status)
