"""/api/v1/audit/: who did what, when, from where, with before and after (SEC-5)."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from portal.common.models import AuditEntry
from portal.dashboard.audit_export import audit_csv, audit_lines
from portal.dashboard.audit_log import ACTIONS, AuditFilter, administers, audit_facts, audit_list


class ChangeSerializer(serializers.Serializer):
    """A value before and after; *** stands for a secret."""

    before = serializers.JSONField()
    after = serializers.JSONField()


class AuditSerializer(serializers.Serializer):
    """One entry. It was written once and is never changed."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    user = serializers.CharField(allow_blank=True, help_text="Who did it; empty: the portal itself, or nobody known.")
    action = serializers.ChoiceField(choices=list(ACTIONS))
    what = serializers.CharField(allow_blank=True, help_text="What it is about, as in camera.")
    object_id = serializers.CharField(allow_blank=True)
    object = serializers.CharField(allow_blank=True, help_text="What it was called.")
    site = serializers.IntegerField(allow_null=True)
    changes = serializers.DictField(child=ChangeSerializer(), help_text="Each value that changed, by its path.")
    facts = serializers.DictField(child=serializers.JSONField(), help_text="What else is known, such as the token.")
    address = serializers.CharField(allow_null=True, help_text="Where the request came from.")
    request = serializers.CharField(allow_blank=True, help_text="The id of the request, as in the log files.")


class AuditViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The audit log: of their sites for administrators, all of it for portal administrators. 403 for everybody else."""

    queryset = AuditEntry.objects.none()  # for the schema
    serializer_class = AuditSerializer
    filterset_class = AuditFilter
    cursor_fields = ("-id",)
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[AuditEntry]:
        if not administers(self.request.user):
            raise PermissionDenied(_("This needs an administrator of a site."))
        return audit_list(user=self.request.user)

    def list(self, _request: Request) -> Response:
        """The newest first."""
        page: Sequence[AuditEntry] = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(list(map(audit_facts, page)))

    def retrieve(self, _request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        return Response(audit_facts(self.get_object()))


class AuditFileViewSet(AuditViewSet):
    """What the filters let through, as a file."""

    pagination_class = None

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: ARG002
        """Whoever accepts the file gets it, though errors are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(operation_id="audit_csv", responses={(200, "text/csv"): OpenApiTypes.STR})
    def csv(self, _request: Request) -> StreamingHttpResponse:
        """As CSV, the newest first."""
        return audit_csv(self.filter_queryset(self.get_queryset()))

    @extend_schema(operation_id="audit_jsonl", responses={(200, "application/x-ndjson"): OpenApiTypes.STR})
    def jsonl(self, _request: Request) -> StreamingHttpResponse:
        """As JSON lines, the newest first."""
        return audit_lines(self.filter_queryset(self.get_queryset()))
