"""Where the API of live pictures, tokens and the audit log answers, below /api/v1/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from portal.dashboard.audit_api import AuditFileViewSet, AuditViewSet
from portal.dashboard.config_api import ConfigApplyView, ConfigExportView, ConfigPlanView
from portal.dashboard.events_api import EventsView
from portal.dashboard.export_api import AlarmExportView, NotificationExportView
from portal.dashboard.metadata_api import MetadataView
from portal.dashboard.network_api import NetworkListView, NetworkTestView, NetworkView
from portal.dashboard.receiving_api import ListenersView, MqttLinksView
from portal.dashboard.token_api import TokenViewSet
from portal.dashboard.worker_api import CameraWorkerView, HealthView, WorkerListView

router = SimpleRouter(use_regex_path=False)
router.register("tokens", TokenViewSet, basename="api_token")
router.register("audit", AuditViewSet, basename="api_audit")

urlpatterns = [
    path("config/export/", ConfigExportView.as_view(), name="api_config-export"),
    path("config/plan/", ConfigPlanView.as_view(), name="api_config-plan"),
    path("config/apply/", ConfigApplyView.as_view(), name="api_config-apply"),
    path("events/", EventsView.as_view(), name="api_events"),
    path("cameras/<int:camera_id>/metadata/", MetadataView.as_view(), name="api_camera-metadata"),
    path("cameras/<int:camera_id>/change-worker/", CameraWorkerView.as_view(), name="api_camera-change-worker"),
    path("mqtt-links/", MqttLinksView.as_view(), name="api_mqtt-links"),
    path("listeners/", ListenersView.as_view(), name="api_listeners"),
    path("workers/", WorkerListView.as_view(), name="api_workers"),
    path("health/", HealthView.as_view(), name="api_health"),
    path("networks/", NetworkListView.as_view(), name="api_networks"),
    path("networks/<str:network_id>/", NetworkView.as_view(), name="api_network"),
    path("networks/<str:network_id>/test/", NetworkTestView.as_view(), name="api_network-test"),
    path("alarms/export/", AlarmExportView.as_view(), name="api_alarm-export"),
    path("notifications/export/", NotificationExportView.as_view(), name="api_notification-export"),
    path("audit/audit.csv", AuditFileViewSet.as_view({"get": "csv"}), name="api_audit_csv"),
    path("audit/audit.jsonl", AuditFileViewSet.as_view({"get": "jsonl"}), name="api_audit_jsonl"),
    path("", include(router.urls)),
]
