"""/api/v1/sites/: the sites of the caller; name, time zone and policy changed (SPEC 1, OPR-3, API-1)."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from cameras.models import Role, Site
from cameras.models.site import MOST_MEDIA_DAYS, validate_time_zone
from cameras.selectors import role_require, site_list
from cameras.services.site import site_update
from portal.common.serializers import StrictSerializer


class SiteSerializer(serializers.ModelSerializer):
    """A site, as lists and changes answer."""

    class Meta:
        model = Site
        fields = ("id", "name", "time_zone", "blur_faces", "media_days")
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
    media_days = serializers.IntegerField(
        min_value=1,
        max_value=MOST_MEDIA_DAYS,
        help_text="For how many days pictures of alarms are kept; older ones go in the next night.",
    )


class SiteViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Sites of the caller. Schedules, bands and every time on a screen go by the time zone of the site."""

    queryset = Site.objects.none()  # for the schema
    serializer_class = SiteSerializer
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Site]:
        return site_list(user=self.request.user)

    @extend_schema(operation_id="sites_change", request=SiteChangeSerializer(partial=True), responses=SiteSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Change name, time zone or policy. Takes the role administrator on the site.

        In another time zone schedules and bands begin and end at other instants from now on.
        """
        site = self.get_object()
        role_require(request.user, site, Role.ADMINISTRATOR)
        asked = SiteChangeSerializer(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        changed: dict[str, Any] = asked.validated_data
        return Response(self.get_serializer(site_update(site=site, **changed)).data)
