"""/api/v1/config/: the whole configuration as a file; what a file would change; exactly that, done (API-7)."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.selectors import administrator_require
from portal.accounts.models import ApiToken, User
from portal.common import limits
from portal.common.problems import problem
from portal.common.serializers import StrictSerializer, valid
from portal.configuration.errors import ConfigurationError
from portal.configuration.plan import Plan, configuration_apply, configuration_export, configuration_plan


class ConfigPlanAskedSerializer(StrictSerializer):
    """A file, and whether it may take away."""

    document = serializers.CharField(
        max_length=limits.CONFIGURATION,
        trim_whitespace=False,
        help_text="YAML as `export` gives it. What it leaves out stays as it is. Secrets are “keep” here.",
    )
    prune = serializers.BooleanField(
        default=False, help_text="What the file does not name goes, wherever it has a list of such things."
    )


class ConfigApplyAskedSerializer(ConfigPlanAskedSerializer):
    """The same, and which plan was looked at."""

    digest = serializers.CharField(max_length=64, help_text="Of the plan. 409 when the file does something else now.")


class ConfigChangeSerializer(serializers.Serializer):
    """What comes, goes, or becomes another."""

    action = serializers.ChoiceField(choices=["create", "change", "delete"])
    path = serializers.CharField(help_text="As in sites.harbour.cameras.door.fps.")
    before = serializers.JSONField(help_text="Of a change; *** for secrets.")
    after = serializers.JSONField()


class ConfigLeftSerializer(serializers.Serializer):
    """What the file says and cannot be done yet."""

    path = serializers.CharField()
    detail = serializers.CharField(help_text="What it waits for.")
    line = serializers.IntegerField(help_text="Of the file, from 1.")


class ConfigPlanSerializer(serializers.Serializer):
    """Without changes everything is as the file says, but for what is left."""

    digest = serializers.CharField()
    changes = ConfigChangeSerializer(many=True)
    left = ConfigLeftSerializer(many=True, help_text="Floor plans whose picture is not here; all else is done.")


class ConfigAppliedSerializer(ConfigPlanSerializer):
    """What was done."""

    made = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField()),
        help_text="Secrets of new destinations and addresses of new public counters, below that of the portal, by path "
        "and name: they are shown this one time.",
    )


class ConfigView(APIView):
    """Takes an administrator of the portal, and by token the scope `configure`."""

    read_scope = ApiToken.Scope.CONFIGURE

    def check_permissions(self, request: Request) -> None:
        """Before the file is looked at."""
        super().check_permissions(request)
        administrator_require(_user(request))

    def handle_exception(self, exc: Exception) -> Any:
        """A file that was refused is told thing by thing, each with its line."""
        if not isinstance(exc, ConfigurationError):
            return super().handle_exception(exc)
        errors = [{"path": one.path, "detail": one.detail, "code": "invalid", "line": one.line} for one in exc.faults]
        detail = _("The file was refused, nothing is changed; “errors” names each place.")
        return problem(400, detail, code="invalid", errors=errors)


class ConfigExportView(ConfigView):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: ARG002
        """Whoever accepts the file gets it, though errors are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(operation_id="config_export", responses={(200, "application/yaml"): OpenApiTypes.OBJECT})
    def get(self, request: Request) -> HttpResponse:
        """Everything in force as YAML: sites, cameras, what is made of their areas, destinations, roles. No secret."""
        return HttpResponse(configuration_export(user=_user(request)), content_type="application/yaml; charset=utf-8")


class ConfigPlanView(ConfigView):
    @extend_schema(operation_id="config_plan", request=ConfigPlanAskedSerializer, responses=ConfigPlanSerializer)
    def post(self, request: Request) -> Response:
        """What the file would change. Nothing is done."""
        asked = valid(ConfigPlanAskedSerializer(data=request.data))
        plan = configuration_plan(user=_user(request), text=asked["document"], prune=asked["prune"])
        return Response(ConfigPlanSerializer(plan).data)


class ConfigApplyView(ConfigView):
    @extend_schema(operation_id="config_apply", request=ConfigApplyAskedSerializer, responses=ConfigAppliedSerializer)
    def post(self, request: Request) -> Response:
        """Put the file in force: all of it, exactly as planned, or nothing."""
        return Response(ConfigAppliedSerializer(_applied(request)).data)


def _applied(request: Request) -> Plan:
    asked = valid(ConfigApplyAskedSerializer(data=request.data))
    facts = {"prune": asked["prune"], "digest": asked["digest"]}
    return configuration_apply(user=_user(request), text=asked["document"], **facts)


def _user(request: Request) -> User:
    assert isinstance(request.user, User)  # nobody else passes the permission
    return request.user
