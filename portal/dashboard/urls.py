"""The addresses of the pages."""

from django.urls import path

from portal.dashboard.views import alarms, cameras, health, overview, sign_in, thresholds

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("cameras/", cameras.cameras, name="cameras"),
    path("cameras/<int:camera_id>/", cameras.camera, name="camera"),
    path("cameras/<int:camera_id>/thresholds/", thresholds.thresholds, name="camera_thresholds"),
    path("alarms/", alarms.alarms, name="alarms"),
    path("alarms/rows/", alarms.alarm_rows, name="alarm_rows"),
    path("alarms/<uuid:alarm_id>/", alarms.alarms, name="alarm"),
    path("alarms/<uuid:alarm_id>/acknowledge/", alarms.acknowledge, name="alarm_acknowledge"),
    path("alarms/<uuid:alarm_id>/snapshot.jpg", alarms.snapshot, name="alarm_snapshot"),
    path("health/", health.health, name="health"),
    path("sign-in/", sign_in.SignInView.as_view(), name="sign_in"),
    path("sign-in/", sign_in.SignInView.as_view(), name="account_login"),  # allauth's own name for it
    path("sign-out/", sign_in.sign_out, name="sign_out"),
]
