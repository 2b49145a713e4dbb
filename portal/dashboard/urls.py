"""The addresses of the pages."""

from django.urls import path

from portal.dashboard.views import (
    alarms,
    cameras,
    health,
    networks,
    onboarding,
    onboarding_table,
    overview,
    settings,
    settings_schedule,
    settings_versions,
    sign_in,
    thresholds,
)

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("cameras/", cameras.cameras, name="cameras"),
    path("cameras/add/", onboarding.camera_add, name="camera_add"),
    path("cameras/test-connection/", onboarding.connection_try, name="connection_try"),
    path("cameras/import/", onboarding_table.cameras_import, name="cameras_import"),
    path("cameras/import/example.csv", onboarding_table.cameras_example, name="cameras_example"),
    path("cameras/export.csv", onboarding_table.cameras_export, name="cameras_export"),
    path("cameras/<int:camera_id>/", cameras.camera, name="camera"),
    path("cameras/<int:camera_id>/edit/", onboarding.camera_edit, name="camera_edit"),
    path("cameras/<int:camera_id>/remove/", onboarding.camera_remove, name="camera_remove"),
    path("cameras/<int:camera_id>/test-connection/", onboarding.camera_connection_try, name="camera_connection_try"),
    path("cameras/<int:camera_id>/thresholds/", thresholds.thresholds, name="camera_thresholds"),
    path("cameras/<int:camera_id>/settings/", settings.camera_settings_save, name="camera_settings_save"),
    path("cameras/<int:camera_id>/settings/reset/", settings.camera_settings_reset, name="camera_settings_reset"),
    path("cameras/<int:camera_id>/settings/<str:tab>/", settings.camera_settings, name="camera_settings"),
    path("cameras/<int:camera_id>/schedule/", settings_schedule.camera_schedule, name="camera_schedule"),
    path(
        "cameras/<int:camera_id>/schedule/preview/",
        settings_schedule.camera_schedule_preview,
        name="camera_schedule_preview",
    ),
    path("cameras/<int:camera_id>/versions/", settings_versions.camera_versions, name="camera_versions"),
    path(
        "cameras/<int:camera_id>/versions/<int:number>/restore/",
        settings_versions.camera_version_restore,
        name="camera_version_restore",
    ),
    path("alarms/", alarms.alarms, name="alarms"),
    path("alarms/rows/", alarms.alarm_rows, name="alarm_rows"),
    path("alarms/<uuid:alarm_id>/", alarms.alarms, name="alarm"),
    path("alarms/<uuid:alarm_id>/acknowledge/", alarms.acknowledge, name="alarm_acknowledge"),
    path("alarms/<uuid:alarm_id>/snapshot.jpg", alarms.snapshot, name="alarm_snapshot"),
    path("health/", health.health, name="health"),
    path("networks/", networks.networks, name="networks"),
    path("networks/test/", networks.network_test, name="network_test"),
    path("sign-in/", sign_in.SignInView.as_view(), name="sign_in"),
    path("sign-in/", sign_in.SignInView.as_view(), name="account_login"),  # allauth's own name for it
    path("sign-out/", sign_in.sign_out, name="sign_out"),
]
