"""/api/v1/cameras/…, /api/v1/discoveries/: onboarding (CAM-2, CAM-3, CAM-10)."""

from django.urls import path

from cameras.bulk_api import CameraBulkView
from cameras.discovery_api import OneScanView, ScanAddView, ScanReadView, ScansView
from cameras.onboarding_api import CameraExportView, CameraImportView, ConnectionTestView, OwnConnectionTestView
from cameras.settings_table_api import SettingsExportView, SettingsImportView

urlpatterns = [
    path("cameras/bulk/", CameraBulkView.as_view(), name="api_camera_bulk"),
    path("cameras/test-connection/", ConnectionTestView.as_view(), name="api_connection_test"),
    path("cameras/<int:camera_id>/test-connection/", OwnConnectionTestView.as_view(), name="api_own_connection_test"),
    path("cameras/settings/import/", SettingsImportView.as_view(), name="api_settings_import"),
    path("cameras/settings/export/", SettingsExportView.as_view(), name="api_settings_export"),
    path("cameras/import/", CameraImportView.as_view(), name="api_camera_import"),
    path("discoveries/", ScansView.as_view(), name="api_discoveries"),
    path("discoveries/<uuid:scan_id>/", OneScanView.as_view(), name="api_discovery"),
    path("discoveries/<uuid:scan_id>/read/", ScanReadView.as_view(), name="api_discovery_read"),
    path("discoveries/<uuid:scan_id>/add/", ScanAddView.as_view(), name="api_discovery_add"),
    path("cameras/export/", CameraExportView.as_view(), name="api_camera_export"),
]
