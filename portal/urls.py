"""Every address of the portal."""

from django.urls import include, path

from portal.health import healthz, readyz
from portal.metrics import MetricsView

urlpatterns = [
    path("", include("portal.dashboard.urls")),
    path("api/v1/", include("portal.api")),
    path("api/v1/", include("portal.dashboard.api_urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", MetricsView.as_view(), name="metrics"),
]
handler400 = "portal.common.problems.bad_request"
handler403 = "portal.common.problems.permission_denied"
handler404 = "portal.common.problems.not_found"
handler500 = "portal.common.problems.server_error"
