"""Where the API of people with and without a mask answers, below /api/v1/."""

from django.urls import path

from analytics import compliance_api as views

urlpatterns = [
    path("sites/<int:site_id>/compliance/", views.SiteComplianceView.as_view(), name="api_site-compliance"),
    path("cameras/<int:camera_id>/compliance/", views.ComplianceView.as_view(), name="api_camera-compliance"),
    path("cameras/<int:camera_id>/compliance.csv", views.ComplianceCsvView.as_view(), name="api_camera-compliance-csv"),
]
