"""Where the API of destinations and notifications answers, below /api/v1/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from notifications import api
from notifications.active_guard_api import ListedCamerasView
from notifications.acts_api import NotificationActsView
from notifications.count_trial_api import HttpTransmissionTestView
from notifications.counts_api import CountsCsvView
from notifications.escalation_api import EscalationView
from notifications.mqtt_api import (
    PortalMqttServerTestView,
    PortalMqttServerView,
    SiteMqttServerTestView,
    SiteMqttServerView,
)
from notifications.new_trial_api import NewDestinationTestView
from notifications.switch_api import DestinationSwitchView
from notifications.timeline_api import AreaTimelineView

router = SimpleRouter(use_regex_path=False)
router.register("destinations", api.DestinationViewSet, basename="api_destination")
router.register("notifications", api.NotificationViewSet, basename="api_notification")

urlpatterns = [
    path("", include(router.urls)),
    path("destinations/switch/", DestinationSwitchView.as_view(), name="api_destination-switch"),
    path("destinations/test/", NewDestinationTestView.as_view(), name="api_destination-test-new"),
    path("notifications/acts/", NotificationActsView.as_view(), name="api_notification-acts"),
    path("destination-kinds/", api.KindView.as_view(), name="api_destination-kinds"),
    path(
        "notifications/<uuid:notification_id>/attempts/",
        api.AttemptViewSet.as_view({"get": "list"}),
        name="api_notification-attempts",
    ),
    path("cameras/<int:camera_id>/counts.csv", CountsCsvView.as_view(), name="api_camera-counts-csv"),
    path("cameras/<int:camera_id>/areas/<int:number>/timeline/", AreaTimelineView.as_view(), name="api_area-timeline"),
    path(
        "cameras/<int:camera_id>/http-transmission/<int:place>/test/",
        HttpTransmissionTestView.as_view(),
        name="api_camera-http-transmission-test",
    ),
    path("mqtt-server/", PortalMqttServerView.as_view(), name="api_mqtt-server"),
    path("sites/<int:site_id>/mqtt-server/", SiteMqttServerView.as_view(), name="api_site-mqtt-server"),
    path("mqtt-server/test/", PortalMqttServerTestView.as_view(), name="api_mqtt-server-test"),
    path("sites/<int:site_id>/mqtt-server/test/", SiteMqttServerTestView.as_view(), name="api_site-mqtt-server-test"),
    path("sites/<int:site_id>/escalation/", EscalationView.as_view(), name="api_site-escalation"),
    path("active-guard/cameras/", ListedCamerasView.as_view(), name="api_active-guard-cameras"),
]
