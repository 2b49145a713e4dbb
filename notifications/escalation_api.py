"""/api/v1/sites/<id>/escalation/: after how many minutes somebody else is told (OPR-7, API-1)."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.camera_api import site_of
from notifications.models import Escalation
from notifications.selectors import escalation_get
from notifications.services.escalation import escalation_remove, escalation_set
from portal.common.etag import Conditional, if_match
from portal.common.serializers import StrictSerializer, valid


class EscalationSerializer(serializers.ModelSerializer):
    """When alarms of a site that nobody acknowledges are told to destinations with the event `escalated`."""

    class Meta:
        model = Escalation
        fields = ("site", "after_min", "changed_at")
        read_only_fields = fields


class EscalationChangeSerializer(StrictSerializer):
    after_min = serializers.IntegerField(min_value=1, max_value=1440, help_text="Minutes from the start of the alarm.")


class EscalationView(Conditional, APIView):
    """Of one site, for its administrators."""

    etag_fields = ("after_min", "changed_at")

    def etag_row(self) -> Escalation | None:
        return Escalation.objects.filter(site=site_of(self.request.user, self.kwargs["site_id"])).first()

    @extend_schema(operation_id="sites_escalation_retrieve", responses=EscalationSerializer)
    def get(self, request: Request, site_id: int) -> Response:
        """404 where the site escalates nothing."""
        site = site_of(request.user, site_id)
        return self._answer(escalation_get(user=request.user, site_id=site.pk))

    @extend_schema(
        operation_id="sites_escalation_set", request=EscalationChangeSerializer, responses=EscalationSerializer
    )
    @if_match
    def put(self, request: Request, site_id: int) -> Response:
        """Set it, or change it; for alarms that begin from now on."""
        site = site_of(request.user, site_id)
        return self._answer(escalation_set(site=site, **valid(EscalationChangeSerializer(data=request.data))))

    @extend_schema(operation_id="sites_escalation_remove", responses={204: None})
    @if_match
    def delete(self, request: Request, site_id: int) -> Response:
        """Nothing of the site is escalated any more."""
        site = site_of(request.user, site_id)
        escalation_remove(escalation=escalation_get(user=request.user, site_id=site.pk))
        return Response(status=204)

    def _answer(self, escalation: Escalation) -> Response:
        return self.tagged(EscalationSerializer(escalation).data, escalation)
