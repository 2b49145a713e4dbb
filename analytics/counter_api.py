"""/api/v1/public-counters/: counts for screens at doors, made and revoked (API-1; DASH-4)."""

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from analytics.models import PublicCounter, PublicCounterArea
from analytics.selectors import public_counter_list
from analytics.services.public_counter import public_counter_create, public_counter_revoke
from cameras.selectors import site_list
from portal.accounts.models import ApiToken, User
from portal.common.etag import Conditional, if_match
from portal.common.filters import IdFilter
from portal.common.serializers import IdField, StrictSerializer, valid


class CounterAreaSerializer(serializers.ModelSerializer):
    """One area, or one combined area. Both are null when it was removed: then the counter does not know its count."""

    area = serializers.IntegerField(source="area_number", help_text="0 of a combined area.")

    class Meta:
        model = PublicCounterArea
        fields = ("camera", "area", "combined")


class PublicCounterSerializer(serializers.ModelSerializer):
    """A counter, without its address."""

    areas = CounterAreaSerializer(many=True)

    class Meta:
        model = PublicCounter
        fields: tuple[str, ...] = (
            "id", "site", "name", "how", "areas", "busy_at", "full_at", "made_at", "expires_at", "revoked_at", "open"
        )  # fmt: skip
        read_only_fields = fields


class MadeCounterSerializer(PublicCounterSerializer):
    """A new counter: the one answer that tells its address."""

    address = serializers.URLField(read_only=True)

    class Meta(PublicCounterSerializer.Meta):
        fields: tuple[str, ...] = (*PublicCounterSerializer.Meta.fields, "address")
        read_only_fields = fields


class CounterAreaAskedSerializer(StrictSerializer):
    camera = IdField()
    area = serializers.IntegerField(min_value=1, max_value=4)


class CounterAskedSerializer(StrictSerializer):
    """`busy_at` left out is four fifths of `full_at`; without `expires_at` it is good until it is revoked."""

    site = IdField()
    name = serializers.CharField(max_length=40)
    how = serializers.ChoiceField(choices=PublicCounter.How.choices, default=PublicCounter.How.SUM)
    areas = CounterAreaAskedSerializer(many=True, required=False)
    combined = serializers.ListField(
        child=IdField(),
        required=False,
        help_text="Ids of combined areas, beside or in place of single ones.",
    )
    full_at = serializers.IntegerField(min_value=1, max_value=32767)
    busy_at = serializers.IntegerField(min_value=1, max_value=32767, required=False)
    expires_at = serializers.DateTimeField(required=False)


class PublicCounterFilter(django_filters.FilterSet):
    site = IdFilter()


class PublicCounterViewSet(Conditional, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Public counters of the sites that the caller administers."""

    queryset = PublicCounter.objects.none()  # for the schema
    serializer_class = PublicCounterSerializer
    filterset_class = PublicCounterFilter
    etag_fields = ("site", "name", "how", "busy_at", "full_at", "expires_at", "revoked_at")
    lookup_value_converter = "int"
    scope = ApiToken.Scope.CONFIGURE

    def get_queryset(self) -> QuerySet[PublicCounter]:
        return public_counter_list(user=self.request.user)

    def retrieve(self, _request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        counter = self.get_object()
        return self.tagged(PublicCounterSerializer(counter).data, counter)

    @extend_schema(
        operation_id="public_counters_create", request=CounterAskedSerializer, responses={201: MadeCounterSerializer}
    )
    def create(self, request: Request) -> Response:
        """Make one. Its address is in this answer only. Takes the role administrator on the site."""
        counter, token = _made(request, valid(CounterAskedSerializer(data=request.data)))
        address = reverse("public_counter", args=[token], request=request)
        return self.tagged(self.get_serializer(counter).data | {"address": address}, counter, 201)

    @extend_schema(operation_id="public_counters_revoke", responses={204: None})
    @if_match
    def destroy(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Revoke it: its address shows nothing from now on. The row stays, for the record."""
        assert isinstance(request.user, User)
        public_counter_revoke(user=request.user, counter=self.get_object())
        return Response(status=204)


def _made(request: Request, facts: dict[str, Any]) -> tuple[PublicCounter, str]:
    """Raises REST framework's ValidationError, with the fields as they were sent."""
    assert isinstance(request.user, User)
    site = site_list(user=request.user).filter(pk=facts.pop("site")).first()
    if site is None:
        raise serializers.ValidationError({"site": [_("There is no such site.")]})
    facts["areas"] = [(area["camera"], area["area"]) for area in facts.get("areas", ())]
    try:
        return public_counter_create(user=request.user, site=site, **facts)
    except ValidationError as refused:
        raise serializers.ValidationError(refused.message_dict) from refused
