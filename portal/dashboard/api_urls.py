"""Where the API of live pictures answers, below /api/v1/."""

from django.urls import path

from portal.dashboard.metadata_api import MetadataView

urlpatterns = [path("cameras/<int:camera_id>/metadata/", MetadataView.as_view(), name="api_camera-metadata")]
