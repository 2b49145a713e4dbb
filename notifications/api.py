"""/api/v1/destinations/, /api/v1/notifications/: whom the portal tells, and what became of it (API-1; SPEC 7)."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.camera_api import site_of
from cameras.extensions.describe import described_fields, described_rule
from cameras.extensions.problems import SettingsError
from cameras.models import Role
from cameras.selectors import camera_list, role_require, site_list
from notifications.filters import DestinationFilter, NotificationFilter
from notifications.kinds.base import Kind
from notifications.models import Attempt, Destination, Notification
from notifications.offer import kind_list
from notifications.problems import placed
from notifications.selectors import (
    attempt_list,
    destination_figures,
    destination_list,
    notification_get,
    notification_list,
)
from notifications.serializers import (
    AttemptSerializer,
    DestinationChangeSerializer,
    DestinationKindSerializer,
    DestinationSerializer,
    DestinationTrialSerializer,
    DestinationTrySerializer,
    FullDestinationSerializer,
    MadeDestinationSerializer,
    NewDestinationSerializer,
    NewSecretsSerializer,
    NotificationSerializer,
)
from notifications.services.destination import (
    destination_create,
    destination_remove,
    destination_update,
)
from notifications.services.managed import managed_refuse
from notifications.services.notification import notification_cancel, notification_resend
from notifications.services.rotation import secret_rotate
from notifications.services.trial import destination_try
from portal.accounts.models import ApiToken, User
from portal.common.etag import Conditional, if_match
from portal.common.serializers import valid

Handler = Callable[..., Response]


def refusals(handler: Handler) -> Handler:
    """Answer refused settings as problem details, each with its place in the request."""

    @wraps(handler)
    def handle(*args: Any, **kwargs: Any) -> Response:
        try:
            return handler(*args, **kwargs)
        except SettingsError as refused:
            found: dict[str, list[str]] = {}
            for problem in placed(refused):
                found.setdefault(problem.path, []).append(problem.translated(_))
            raise ValidationError(found) from refused

    return handle


class KindView(APIView):
    @extend_schema(operation_id="destination_kinds_list", responses=DestinationKindSerializer(many=True))
    def get(self, _request: Request) -> Response:
        """The kinds of destinations, each with its settings: range, default, help."""
        return Response(DestinationKindSerializer([_kind(one) for one in kind_list()], many=True).data)


class DestinationViewSet(Conditional, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Whom the caller's sites tell of their alarms, and how well that goes. Secrets go in only.

    The ETag is of the settings; health and queue, which change by themselves, are no part of it.
    """

    queryset = Destination.objects.none()  # for the schema
    serializer_class = DestinationSerializer
    filterset_class = DestinationFilter
    orders = {"id": ("id",), "name": ("name", "id")}
    etag_fields = (
        "site", "camera", "kind", "name", "position", "enabled", "config", "secrets", "events", "simulated", "expiry_s"
    )  # fmt: skip
    lookup_value_converter = "int"
    scope = ApiToken.Scope.CONFIGURE

    def get_queryset(self) -> QuerySet[Destination]:
        return destination_list(user=self.request.user)

    def list(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(DestinationSerializer(rows, many=True, context=_context(request, rows)).data)

    @extend_schema(responses=FullDestinationSerializer)
    def retrieve(self, _request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        return self._answer(self.get_object())

    @extend_schema(
        operation_id="destinations_create",
        request=NewDestinationSerializer,
        responses={201: MadeDestinationSerializer},
    )
    @refusals
    def create(self, request: Request) -> Response:
        """Add one. A webhook without a secret of yours is given one: `made` shows it, this once."""
        cameras = camera_list(user=request.user)
        facts = valid(NewDestinationSerializer(data=request.data, context={"cameras": cameras}))
        destination, made = destination_create(site=site_of(request.user, facts.pop("site")), **facts)
        context = _context(request, [destination]) | {"made": made}
        return self.tagged(MadeDestinationSerializer(destination, context=context).data, destination, 201)

    @extend_schema(
        operation_id="destinations_change",
        request=DestinationChangeSerializer(partial=True),
        responses=FullDestinationSerializer,
    )
    @refusals
    @if_match
    def partial_update(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Change one; what waited for a remedy is tried at once."""
        destination = self._own()
        facts = valid(DestinationChangeSerializer(data=request.data, partial=True))
        return self._answer(destination_update(destination=destination, **facts))

    @extend_schema(operation_id="destinations_remove", responses={204: None})
    @if_match
    def destroy(self, _request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Remove one, with everything that waits for it and its history."""
        destination_remove(destination=self._own())
        return Response(status=204)

    @extend_schema(
        operation_id="destinations_test", request=DestinationTrySerializer, responses=DestinationTrialSerializer
    )
    @action(detail=True, methods=["post"])
    @refusals
    def test(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Send it a message marked as a test, now: what went out and what came back. Nothing is saved."""
        destination = self.get_object()
        role_require(request.user, destination.site_id, Role.ADMINISTRATOR)
        asked = valid(DestinationTrySerializer(data=request.data))
        return Response(DestinationTrialSerializer(destination_try(destination=destination, **asked)).data)

    @extend_schema(operation_id="destinations_rotate_secret", request=None, responses=NewSecretsSerializer)
    @action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, _request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Make a new secret, shown this once; the one of now signs beside it until `former_secret` is blanked."""
        return Response({"secrets": secret_rotate(destination=self._own())})

    def _own(self) -> Destination:
        destination: Destination = self.get_object()
        role_require(self.request.user, destination.site_id, Role.ADMINISTRATOR)
        managed_refuse(destination)
        return destination

    def _answer(self, destination: Destination) -> Response:
        context = _context(self.request, [destination])
        return self.tagged(FullDestinationSerializer(destination, context=context).data, destination)


class NotificationViewSet(viewsets.ReadOnlyModelViewSet):
    """Messages about alarms to destinations, newest first."""

    queryset = Notification.objects.none()  # for the schema
    serializer_class = NotificationSerializer
    filterset_class = NotificationFilter
    cursor_fields = ("-number",)
    lookup_field = "id"
    lookup_value_converter = "uuid"
    scope = ApiToken.Scope.OPERATE

    def get_queryset(self) -> QuerySet[Notification]:
        return notification_list(user=self.request.user)

    @extend_schema(operation_id="notifications_resend", request=None, responses=NotificationSerializer)
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Have it sent again, now, under the same id. 409: its destination is switched off."""
        return Response(NotificationSerializer(notification_resend(user=_user(request), notification_id=id)).data)

    @extend_schema(operation_id="notifications_cancel", request=None, responses=NotificationSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Let it go; what waits behind it goes on. 409: it is not waiting any more."""
        return Response(NotificationSerializer(notification_cancel(user=_user(request), notification_id=id)).data)


class AttemptViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The tries of one message, newest first: for administrators of the site."""

    queryset = Attempt.objects.none()  # for the schema
    serializer_class = AttemptSerializer
    cursor_fields = ("-id",)

    def get_queryset(self) -> QuerySet[Attempt]:
        user, notification_id = self.request.user, self.kwargs["notification_id"]
        return attempt_list(user=user, notification=notification_get(user=user, notification_id=notification_id))


def _kind(kind: Kind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "label": _(kind.label),
        "events": list(kind.events),
        "usual": list(kind.usual),
        "most": kind.most,
        "least_expiry_s": kind.least_expiry_s,
        "fields": described_fields(kind.settings, translate=_),
        "secrets": [{"key": name, **described_rule(rule, _)} for name, rule in kind.secrets.items()],
    }


def _context(request: Request, destinations: list[Destination]) -> dict[str, Any]:
    administered = site_list(user=request.user, least=Role.ADMINISTRATOR).values_list("pk", flat=True)
    return {"figures": destination_figures(destinations=destinations), "administered": set(administered)}


def _user(request: Request) -> User:
    """Who is calling; `ScopePermission` lets nobody in who is not signed in."""
    assert isinstance(request.user, User)
    return request.user
