"""The address that Prometheus asks: `/metrics`."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.metrics.collect import PortalCollector

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


class LocalOrAdministrator(BasePermission):
    """The scraper on this machine, or a portal administrator. What a proxy passed on is never local."""

    def has_permission(self, request: Request, _view: APIView) -> bool:
        if request.user.is_authenticated:
            return bool(request.user.is_superuser)
        local = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
        return local and not any(header in request.META for header in _FORWARDED)


@extend_schema(exclude=True)
class MetricsView(APIView):
    """The text form of Prometheus."""

    permission_classes = [LocalOrAdministrator]

    def get(self, _request: Request) -> HttpResponse:
        registry = CollectorRegistry()
        registry.register(PortalCollector())
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
