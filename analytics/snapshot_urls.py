"""/api/v1/…/snapshot/: pictures for programs (API-3)."""

from django.urls import path

from analytics.snapshot_api import AlarmSnapshotView, CameraSnapshotView

urlpatterns = [
    path("cameras/<int:camera_id>/snapshot/", CameraSnapshotView.as_view(), name="api_camera-snapshot"),
    path("alarms/<uuid:alarm_id>/snapshot/", AlarmSnapshotView.as_view(), name="api_alarm-snapshot"),
]
