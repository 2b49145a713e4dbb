"""/api/v1/cameras/…: onboarding (CAM-2, CAM-3)."""

from django.urls import path

from cameras.onboarding_api import CameraExportView, CameraImportView, ConnectionTestView

urlpatterns = [
    path("cameras/test-connection/", ConnectionTestView.as_view(), name="api_connection_test"),
    path("cameras/import/", CameraImportView.as_view(), name="api_camera_import"),
    path("cameras/export/", CameraExportView.as_view(), name="api_camera_export"),
]
