"""/api/v1/mqtt-server/, /api/v1/sites/{id}/mqtt-server/: servers that cameras inherit, and a test (API-1; OUT-3)."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.models import Role, Site
from cameras.selectors import Visitor, administrator_require, role_require, site_list
from notifications.api import refusals
from notifications.kinds.mqtt import SECRET_RULES
from notifications.models import MqttServer
from notifications.selectors import mqtt_server_get
from notifications.serializers import (
    ConfigField,
    DestinationTrialSerializer,
    DestinationTrySerializer,
    SecretsField,
)
from notifications.services.mqtt_server import mqtt_secrets_set, mqtt_server_remove, mqtt_server_set
from notifications.services.mqtt_trial import mqtt_server_try
from portal.common.etag import Conditional, if_match
from portal.common.fields import UndecryptableError
from portal.common.serializers import StrictSerializer, valid


class MqttServerSerializer(serializers.ModelSerializer):
    """A server. Secrets go in only."""

    config = serializers.SerializerMethodField()
    secrets = serializers.SerializerMethodField(help_text="Whether each is set.")

    class Meta:
        model = MqttServer
        fields = ("scope", "site", "config", "secrets", "changed_at")
        read_only_fields = fields

    @extend_schema_field({"type": "object"})
    def get_config(self, server: MqttServer) -> dict[str, Any]:
        return {name: value for name, value in server.config.items() if name != "own"}

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "boolean"}})
    def get_secrets(self, server: MqttServer) -> dict[str, bool]:
        try:
            return mqtt_secrets_set(server)
        except UndecryptableError:  # closed for ever by a lost key: they have to be given again
            return dict.fromkeys(SECRET_RULES, False)


class MqttServerChangeSerializer(StrictSerializer):
    """`config` is replaced as a whole, what it leaves out gets its default; secrets that are left out stay, as long as
    the server is the same."""

    config = ConfigField()
    secrets = SecretsField(write_only=True, required=False)


class PortalMqttServerView(Conditional, APIView):
    """The server that every camera inherits whose site has none: for administrators of the portal."""

    etag_fields = ("config", "secrets", "changed_at")

    def etag_row(self) -> MqttServer | None:
        site = self.place(self.request.user, self.kwargs.get("site_id"))
        return MqttServer.objects.filter(site=site).defer("secrets").first()

    @extend_schema(operation_id="mqtt_server_retrieve", responses=MqttServerSerializer)
    def get(self, request: Request, site_id: int | None = None) -> Response:
        """404 where none is set."""
        self.place(request.user, site_id)
        return self._answer(self._server(request.user, site_id))

    @extend_schema(operation_id="mqtt_server_set", request=MqttServerChangeSerializer, responses=MqttServerSerializer)
    @refusals
    @if_match
    def put(self, request: Request, site_id: int | None = None) -> Response:
        """Set it, or change it; cameras that inherit it connect anew within seconds."""
        site = self.place(request.user, site_id)
        return self._answer(mqtt_server_set(site=site, **valid(MqttServerChangeSerializer(data=request.data))))

    @extend_schema(operation_id="mqtt_server_remove", responses={204: None})
    @if_match
    def delete(self, request: Request, site_id: int | None = None) -> Response:
        """Its cameras inherit the next one, or have none."""
        self.place(request.user, site_id)
        mqtt_server_remove(server=self._server(request.user, site_id))
        return Response(status=204)

    def place(self, user: Visitor, _site_id: int | None) -> Site | None:
        """Raises Http404, PermissionDenied."""
        administrator_require(user)
        return None

    def _answer(self, server: MqttServer) -> Response:
        return self.tagged(MqttServerSerializer(server).data, server)

    @staticmethod
    def _server(user: Visitor, site_id: int | None) -> MqttServer:
        return mqtt_server_get(user=user, site_id=site_id)


class SiteMqttServerView(PortalMqttServerView):
    """The server that the cameras of a site inherit: for administrators of the site."""

    @extend_schema(operation_id="sites_mqtt_server_retrieve", responses=MqttServerSerializer)
    def get(self, request: Request, site_id: int | None = None) -> Response:
        """404 where none is set."""
        return super().get(request, site_id)

    @extend_schema(
        operation_id="sites_mqtt_server_set", request=MqttServerChangeSerializer, responses=MqttServerSerializer
    )
    @if_match
    def put(self, request: Request, site_id: int | None = None) -> Response:
        """Set it, or change it; cameras that inherit it connect anew within seconds."""
        return super().put(request, site_id)

    @extend_schema(operation_id="sites_mqtt_server_remove", responses={204: None})
    @if_match
    def delete(self, request: Request, site_id: int | None = None) -> Response:
        """Its cameras inherit the portal's, or have none."""
        return super().delete(request, site_id)

    def place(self, user: Visitor, site_id: int | None) -> Site | None:
        site = site_list(user=user).filter(pk=site_id or 0).first()
        if site is None:
            raise Http404(_("There is no such site."))
        role_require(user, site, Role.ADMINISTRATOR)
        return site


class PortalMqttServerTestView(APIView):
    """For who may change the server."""

    door: type[PortalMqttServerView] = PortalMqttServerView

    @extend_schema(
        operation_id="mqtt_server_test", request=DestinationTrySerializer, responses=DestinationTrialSerializer
    )
    @refusals
    def post(self, request: Request, site_id: int | None = None) -> Response:
        """Connect, subscribe and publish at the topic `lookout/test`, now: what went out and what came back.

        With `config` and `secrets` on top of what is saved; nothing is saved.
        """
        site = self.door().place(request.user, site_id)
        asked = DestinationTrySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(DestinationTrialSerializer(mqtt_server_try(site=site, **asked.validated_data)).data)


class SiteMqttServerTestView(PortalMqttServerTestView):
    """For administrators of the site."""

    door = SiteMqttServerView

    @extend_schema(
        operation_id="sites_mqtt_server_test", request=DestinationTrySerializer, responses=DestinationTrialSerializer
    )
    def post(self, request: Request, site_id: int | None = None) -> Response:
        """Connect, subscribe and publish at the topic `lookout/test`, now: what went out and what came back.

        With `config` and `secrets` on top of what is saved; nothing is saved.
        """
        return super().post(request, site_id)
